"""The names of a definition's resources. Mirrors ValidateCustomResourceDefinitionNames."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, required
from kubesim.api.names import is_dns_1035_label

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def validate_required_names(names: Obj, path: str) -> list[FieldError]:
    """A spec's names must be there; a status' need not."""
    return [required(f"{path}.{field}") for field in ("plural", "singular", "kind", "listKind") if not names.get(field)]


def validate_names(names: Obj, path: str) -> list[FieldError]:
    """Names must be labels of DNS, kinds in small letters must be."""
    wrong: list[FieldError] = []
    for field in ("plural", "singular"):
        wrong += _validate_label(names.get(field) or "", f"{path}.{field}")
    for field in ("kind", "listKind"):
        wrong += _validate_kind(names.get(field) or "", f"{path}.{field}")
    for index, name in enumerate(names.get("shortNames") or ()):
        wrong += _validate_label(name, f"{path}.shortNames[{index}]", may_be_empty=False)
    if names.get("kind") and names["kind"] == names.get("listKind"):
        wrong.append(invalid(f"{path}.listKind", names["listKind"], "kind and listKind may not be the same"))
    for index, name in enumerate(names.get("categories") or ()):
        wrong += _validate_label(name, f"{path}.categories[{index}]", may_be_empty=False)
    return wrong


def _validate_label(name: str, path: str, *, may_be_empty: bool = True) -> list[FieldError]:
    problems = is_dns_1035_label(name) if name or not may_be_empty else []
    return [invalid(path, name, ",".join(problems))] if problems else []


def _validate_kind(name: str, path: str) -> list[FieldError]:
    problems = is_dns_1035_label(name.lower()) if name else []
    why = f"may have mixed case, but should otherwise match: {','.join(problems)}"
    return [invalid(path, name, why)] if problems else []
