"""What is wrong with a Secret. Mirrors ValidateSecret of pkg/apis/core/validation."""

from __future__ import annotations

from base64 import b64decode

from kubesim.api import names
from kubesim.api.fields import FieldError, immutable, invalid, invalid_for_each, required, too_long
from kubesim.api.meta import annotations_of
from kubesim.api.well_known import (
    SECRET_TYPE_BASIC_AUTH,
    SECRET_TYPE_DOCKER_CONFIG_JSON,
    SECRET_TYPE_DOCKERCFG,
    SECRET_TYPE_SERVICE_ACCOUNT_TOKEN,
    SECRET_TYPE_SSH_AUTH,
    SECRET_TYPE_TLS,
    SERVICE_ACCOUNT_NAME_KEY,
)
from kubesim.kinds.validation.config_map import SIZE_LIMIT, decoded_size, validate_sealed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

# The keys that secrets of a type must have.
REQUIRED_KEYS = {
    SECRET_TYPE_DOCKERCFG: (".dockercfg",),
    SECRET_TYPE_DOCKER_CONFIG_JSON: (".dockerconfigjson",),
    SECRET_TYPE_TLS: ("tls.crt", "tls.key"),
    SECRET_TYPE_SSH_AUTH: ("ssh-privatekey",),
}

BASIC_AUTH_KEYS = ("username", "password")


def validate_secret(obj: Obj) -> list[FieldError]:
    data = obj.get("data") or {}
    wrong: list[FieldError] = []
    for key in sorted(data):
        wrong += invalid_for_each(f"data[{key}]", key, names.is_config_map_key(key))
    if decoded_size(data) > SIZE_LIMIT:
        wrong.append(too_long("data", SIZE_LIMIT))
    return wrong + _validate_type(obj, data)


def _validate_type(obj: Obj, data: dict[str, str]) -> list[FieldError]:
    kind = obj["type"]
    if kind == SECRET_TYPE_SERVICE_ACCOUNT_TOKEN:
        named = annotations_of(obj).get(SERVICE_ACCOUNT_NAME_KEY)
        return [] if named else [required(f"metadata.annotations[{SERVICE_ACCOUNT_NAME_KEY}]")]
    if kind == SECRET_TYPE_BASIC_AUTH:
        found = any(key in data for key in BASIC_AUTH_KEYS)
        return [] if found else [required(f"data[{key}]") for key in BASIC_AUTH_KEYS]
    missing = [key for key in REQUIRED_KEYS.get(kind, ()) if key not in data]
    if missing or not kind.startswith("kubernetes.io/dockerc"):
        return [required(f"data[{key}]") for key in missing]
    return _validate_docker_config(data, REQUIRED_KEYS[kind][0])


def _validate_docker_config(data: dict[str, str], key: str) -> list[FieldError]:
    from kubesim.golang.json_syntax import syntax_error

    why = syntax_error(b64decode(data[key]).decode(errors="replace"))
    return [invalid(f"data[{key}]", "<secret contents redacted>", why)] if why else []


def validate_secret_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateSecretUpdate."""
    sealed = validate_sealed(new, old, ("data",))
    return [*immutable("type", new["type"], old["type"]), *sealed, *validate_secret(new)]
