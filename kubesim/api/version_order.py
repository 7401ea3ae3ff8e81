"""Which of several versions is preferred: v2, v1, v1beta2, v1beta1, v1alpha1, and then all others by name.

Mirrors apimachinery's pkg/version/helpers.go, CompareKubeAwareVersionStrings.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MATURITY = {"": 0, "beta": 1, "alpha": 2}


def preferred_first(versions: Iterable[str]) -> list[str]:
    """The versions, those first that clients are to use."""
    return sorted(versions, key=_order)


def _order(version: str) -> tuple[int, int, int, str]:
    import re

    found = re.fullmatch(r"v([0-9]+)(?:(alpha|beta)([0-9]+))?", version)
    if found is None:
        return (3, 0, 0, version)
    major, maturity, minor = found.groups("")
    return (_MATURITY[maturity], -int(major), -int(minor or 0), "")
