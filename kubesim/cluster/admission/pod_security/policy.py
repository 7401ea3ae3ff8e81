"""The levels of PodSecurity, and what a namespace's labels ask for. Mirrors pod-security-admission's api package."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "pod-security.kubernetes.io/"
PRIVILEGED, BASELINE, RESTRICTED = LEVELS = ("privileged", "baseline", "restricted")
LATEST = "latest"


class Standard(NamedTuple):
    """A level and the version of its rules, ``latest`` or ``v1.x``. Mirrors LevelVersion."""

    level: str = PRIVILEGED
    version: str = LATEST

    def __str__(self) -> str:
        return f"{self.level}:{self.version}"


class Policy(NamedTuple):
    """What a namespace asks for; audits are written by nobody here."""

    enforce: Standard
    warn: Standard


def policy_of(labels: Mapping[str, str]) -> tuple[Policy, list[FieldError]]:
    """What the labels ask for, and what is wrong with them. Mirrors PolicyToEvaluate."""
    wrong: list[FieldError] = []
    enforce = _standard_of(labels, "enforce", RESTRICTED, wrong)
    _standard_of(labels, "audit", PRIVILEGED, wrong)
    warn = _standard_of(labels, "warn", PRIVILEGED, wrong)
    is_enforced = labels.get(f"{PREFIX}enforce") in LEVELS
    if f"{PREFIX}warn" not in labels and is_enforced and is_stricter(enforce.level, warn.level):
        version = warn.version if f"{PREFIX}warn-version" in labels else enforce.version
        warn = Standard(enforce.level, version)
    return Policy(enforce, warn), wrong


def _standard_of(labels: Mapping[str, str], mode: str, fallback: str, wrong: list[FieldError]) -> Standard:
    """What the labels of a mode ask for; a level that is none counts as ``fallback``."""
    name = f"{PREFIX}{mode}"
    level, version = labels.get(name, PRIVILEGED), labels.get(f"{name}-version", LATEST)
    if level not in LEVELS:
        wrong.append(invalid(f"metadata.labels[{name}]", level, f"must be one of {', '.join(LEVELS)}"))
        level = fallback
    if version != LATEST and minor_of(version) is None:
        wrong.append(invalid(f"metadata.labels[{name}-version]", version, 'must be "latest" or "v1.x"'))
        version = LATEST
    return Standard(level, version)


def minor_of(version: str) -> int | None:
    """36 of ``v1.36``; None for what is no such version."""
    digits = version.removeprefix("v1.")
    is_number = digits.isascii() and digits.isdigit() and (digits == "0" or not digits.startswith("0"))
    return int(digits) if is_number and digits != version else None


def is_stricter(level: str, other: str) -> bool:
    """Whether a level allows less than another."""
    return LEVELS.index(level) > LEVELS.index(other)
