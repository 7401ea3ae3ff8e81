"""What is wrong with a ConfigMap. Mirrors ValidateConfigMap of pkg/apis/core/validation."""

from __future__ import annotations

from base64 import b64decode

from kubesim.api import names
from kubesim.api.fields import FieldError, forbidden, invalid, invalid_for_each, too_long

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

SIZE_LIMIT = 1024 * 1024

SEALED = "field is immutable when `immutable` is set"


def validate_config_map(obj: Obj) -> list[FieldError]:
    data, binary = obj.get("data") or {}, obj.get("binaryData") or {}
    wrong: list[FieldError] = []
    for key in sorted(data):
        wrong += invalid_for_each(f"data[{key}]", key, names.is_config_map_key(key))
        if key in binary:
            wrong.append(invalid(f"data[{key}]", key, "duplicate of key present in binaryData"))
    for key in sorted(binary):
        wrong += invalid_for_each(f"binaryData[{key}]", key, names.is_config_map_key(key))
    size = sum(len(value.encode()) for value in data.values()) + decoded_size(binary)
    return [*wrong, too_long("[]", SIZE_LIMIT)] if size > SIZE_LIMIT else wrong


def decoded_size(data: dict[str, str]) -> int:
    """The size (bytes) of all values in base64."""
    return sum(len(b64decode(value)) for value in data.values())


def validate_config_map_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateConfigMapUpdate."""
    return [*validate_sealed(new, old, ("data", "binaryData")), *validate_config_map(new)]


def validate_sealed(new: Obj, old: Obj, fields: tuple[str, ...]) -> list[FieldError]:
    """What was once made immutable stays so, and as it is."""
    if not old.get("immutable"):
        return []
    wrong = [] if new.get("immutable") else [forbidden("immutable", SEALED)]
    return wrong + [forbidden(name, SEALED) for name in fields if (new.get(name) or {}) != (old.get(name) or {})]
