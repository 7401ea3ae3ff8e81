"""What is wrong with an APIService. Mirrors kube-aggregator's pkg/apis/apiregistration/validation."""

from __future__ import annotations

from base64 import b64decode

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_HIGHEST_GROUP_PRIORITY = 20000
_HIGHEST_VERSION_PRIORITY = 1000


def validate_api_service(obj: Obj) -> list[FieldError]:
    """``obj`` has its defaults."""
    spec = obj["spec"]
    wrong = [*_validate_name(obj), *_validate_group_and_version(spec)]
    priority = spec["groupPriorityMinimum"]
    if not 0 < priority <= _HIGHEST_GROUP_PRIORITY:
        wrong.append(invalid("spec.groupPriorityMinimum", priority, "must be positive and less than 20000"))
    priority = spec["versionPriority"]
    if not 0 < priority <= _HIGHEST_VERSION_PRIORITY:
        wrong.append(invalid("spec.versionPriority", priority, "must be positive and less than 1000"))
    return wrong + (_validate_local(spec) if spec.get("service") is None else _validate_service(spec))


def _validate_name(obj: Obj) -> list[FieldError]:
    """The name is made of the version and the group."""
    name, spec = obj["metadata"].get("name", ""), obj["spec"]
    wanted = f"{spec.get('version', '')}.{spec.get('group', '')}"
    if not name or names.is_path_segment(name) or name == wanted:
        return []
    return [invalid("metadata.name", name, f'must be `spec.version+"."+spec.group`: "{wanted}"')]


def _validate_group_and_version(spec: Obj) -> list[FieldError]:
    group, version = spec.get("group", ""), spec.get("version", "")
    wrong = invalid_for_each("spec.group", group, names.is_dns_1123_subdomain(group)) if group else []
    if not group and version != "v1":
        wrong.append(required("spec.group", "only v1 may have an empty group and it better be legacy kube"))
    return wrong + invalid_for_each("spec.version", version, names.is_dns_1035_label(version))


def _validate_local(spec: Obj) -> list[FieldError]:
    wrong: list[FieldError] = []
    if spec.get("caBundle"):
        size = f"{len(b64decode(spec['caBundle']))} bytes"
        wrong.append(invalid("spec.caBundle", size, "local APIServices may not have a caBundle"))
    if spec.get("insecureSkipTLSVerify"):
        why = "local APIServices may not have insecureSkipTLSVerify"
        wrong.append(invalid("spec.insecureSkipTLSVerify", True, why))
    return wrong


def _validate_service(spec: Obj) -> list[FieldError]:
    service = spec["service"]
    wrong = [required(f"spec.service.{name}") for name in ("namespace", "name") if not service.get(name)]
    if problems := names.is_port_number(service["port"]):
        wrong.append(invalid("spec.service.port", service["port"], f"port is not valid: {', '.join(problems)}"))
    if spec.get("insecureSkipTLSVerify") and spec.get("caBundle"):
        wrong.append(invalid("spec.insecureSkipTLSVerify", True, "may not be true if caBundle is present"))
    return wrong
