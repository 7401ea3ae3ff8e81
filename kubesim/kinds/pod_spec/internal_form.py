"""Pods as the API server has them in memory, which is how its refusals show them.

Mirrors encoding/json over the types of pkg/apis/core, and the conversion of PodSpec.
"""

from __future__ import annotations

from kubesim.api.fields import Struct
from kubesim.kinds.generated.internal_types import TYPES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj

# Fields of the spec that the API server keeps in its security context.
_OF_THE_HOST = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "hostUsers")

_ZEROS: dict[str, Any] = {
    "string": "",
    "bool": False,
    "int32": 0,
    "int64": 0,
    "intstr.IntOrString": 0,
    "resource.Quantity": "0",
}


def pod_template_struct(template: Obj) -> Struct:
    """A (defaulted) pod template as a ``core.PodTemplateSpec``."""
    return Struct({**_metadata(template["metadata"]), "Spec": pod_spec_struct(template["spec"])})


def pod_spec_struct(spec: Obj) -> Struct:
    """A (defaulted) pod spec as a ``core.PodSpec``."""
    host = {name: spec[name] for name in _OF_THE_HOST if name in spec}
    return _struct({**spec, "securityContext": {**(spec.get("securityContext") or {}), **host}}, "PodSpec")


def job_policy_struct(policy: Obj, name: str) -> Struct:
    """A PodFailurePolicy or a SuccessPolicy of a Job."""
    return _struct(policy, name)


def claim_spec_struct(spec: Obj) -> Struct:
    """A (defaulted) claim's spec as a ``core.PersistentVolumeClaimSpec``."""
    return _struct(spec, "PersistentVolumeClaimSpec")


def security_context_struct(context: Obj) -> Struct:
    """A container's security context as a ``core.SecurityContext``."""
    return _struct(context, "SecurityContext")


def volume_source_struct(spec: Obj) -> Struct:
    """What a volume is made of as a ``core.PersistentVolumeSource``."""
    return _struct(spec, "PersistentVolumeSource")


def difference(old: Struct, new: Struct) -> str:
    """The lines in which two differ, as refusals show them. Mirrors apimachinery's diff.Diff."""
    from difflib import unified_diff

    changes = unified_diff(pretty(old), pretty(new))
    return "".join(line for line in changes if not line.startswith(("--- ", "+++ ")))


def pretty(struct: Struct) -> list[str]:
    """The lines of json.MarshalIndent with one space."""
    import json

    text = json.dumps(struct, indent=1, ensure_ascii=False)
    text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return [f"{line}\n" for line in text.split("\n")]


def _struct(value: Obj, name: str) -> Struct:
    shown = Struct()
    for field in TYPES[name].split():
        called, _, kind = field.partition(":")
        if not called:
            shown.update(_metadata(value) if kind == "metav1.ObjectMeta" else _struct(value, kind))
            continue
        go_name, _, json_name = called.partition("=")
        json_name = json_name or go_name[0].lower() + go_name[1:]
        shown[go_name] = _value(value.get(json_name), kind)
    return shown


def _value(value: Any, kind: str) -> Any:
    base = kind.lstrip("*")
    if base == "metav1.LabelSelector":
        return None if value is None else _label_selector(value)
    if base == "metav1.ObjectMeta":
        return _metadata(value or {})
    if base.startswith("[]"):
        return None if value is None else [_value(member, base[2:]) for member in value]
    if base in TYPES and (value is not None or kind == base):
        return _struct(value or {}, base)
    if value is None and kind == base and not base.startswith("map["):
        return _ZEROS[base]
    return dict(sorted(value.items())) if isinstance(value, dict) else value


_METADATA = ("name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "finalizers")


def _metadata(meta: Obj) -> Struct:
    """Metadata has JSON names of its own, and leaves out what is empty."""
    shown = Struct({name: meta[name] for name in _METADATA if meta.get(name)})
    for name in ("labels", "annotations"):
        if name in shown:
            shown[name] = dict(sorted(shown[name].items()))
    return shown


def _label_selector(selector: Obj) -> Struct:
    shown = Struct()
    if selector.get("matchLabels"):
        shown["matchLabels"] = dict(sorted(selector["matchLabels"].items()))
    if selector.get("matchExpressions"):
        order = ("key", "operator", "values")
        expressions = selector["matchExpressions"]
        shown["matchExpressions"] = [Struct({name: e[name] for name in order if name in e}) for e in expressions]
    return shown
