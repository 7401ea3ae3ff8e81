"""Formats of strings by their names. Mirrors apiserver's library/format.go."""

from __future__ import annotations

from kubesim.api.cel.values import NONE, Optional
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class FormatValue(NamedTuple):
    name: str

    @property
    def cel_type(self) -> str:
        return "kubernetes.NamedFormat"


def _problems(name: str, text: str) -> list[str]:
    """What is wrong with a text."""
    from kubesim.api import names

    base = name.removesuffix("Prefix")
    checks: dict[str, Callable[[str], list[str]]] = {
        "dns1123Label": names.is_dns_1123_label,
        "dns1123Subdomain": names.is_dns_1123_subdomain,
        "dns1035Label": names.is_dns_1035_label,
        "qualifiedName": names.is_qualified_name,
        "labelValue": names.is_label_value,
    }
    if base in checks:
        return checks[base](names.without_trailing_dash(text) if name != base else text)
    if name == "uri":
        from kubesim.api.cel.functions.urls import parsed
        from kubesim.api.cel.values import EvaluationError

        try:
            parsed(text)
        except EvaluationError as error:
            return [str(error).removeprefix("URL parse error during conversion from string: ")]
        return []
    from kubesim.api.structural.formats import is_format

    return [] if is_format(name, text) else [_COMPLAINTS[name]]


_COMPLAINTS = {
    "uuid": "does not match the UUID format",
    "byte": "invalid base64",
    "date": "invalid date",
    "datetime": "invalid datetime",
}
NAMES = (
    *("dns1123Label", "dns1123Subdomain", "dns1035Label", "qualifiedName", "labelValue"),
    *("dns1123LabelPrefix", "dns1123SubdomainPrefix", "dns1035LabelPrefix", "uri", *_COMPLAINTS),
)


def _validate(format_: FormatValue, text: str) -> Optional:
    problems = _problems(format_.name, text)
    return Optional(problems) if problems else NONE


def _constant(name: str) -> Callable[[], FormatValue]:
    return lambda: FormatValue(name)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "format.named": lambda name: Optional(FormatValue(name)) if name in NAMES else NONE,
    "validate": _validate,
    **{f"format.{name}": _constant(name) for name in NAMES},
}
