"""The field of an object in which a cause probably lies: one that was changed, else one of a telling name."""

from __future__ import annotations

import re

from kubesim.views.differences import ABSENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.views.differences import Difference

#: Fields in which causes lie, by how the codes of those begin; the likeliest first.
_FIELDS = (
    (("Image", "InvalidImage", "NeverReady"), ("image",)),
    (("Crash", "Complet", "Program", "NeedNot"), ("command", "args", "image", "env")),
    (
        ("OutOfMemory", "TooLittleRoom", "NodesRefuse", "LimitRange", "Quota"),
        ("resources", "replicas", "hard", "limits"),
    ),
    (("Probe",), ("readinessProbe", "livenessProbe", "startupProbe")),
    (("Hook",), ("lifecycle",)),
    (("ConfigMap", "Secret", "Claim"), ("env", "envFrom", "volumes")),
    (("NodesDoNot", "NodesTainted", "NoNodes"), ("nodeSelector", "nodeAffinity", "tolerations")),
    (("Affinity", "AntiAffinity"), ("affinity",)),
    (("ServiceAccount",), ("serviceAccountName",)),
    (("Priority",), ("priorityClassName",)),
    (("RuntimeClass",), ("runtimeClassName",)),
    (("NoScheduler",), ("schedulerName",)),
    (("HostPort",), ("hostPort", "ports")),
    (("RunsAsRoot",), ("securityContext",)),
    (("TargetPort",), ("targetPort", "ports")),
    (("Selector", "NoSelector", "BudgetCovers"), ("selector",)),
    (("Budget",), ("minAvailable", "maxUnavailable")),
    (("Class", "NoProvisioner", "NoVolume"), ("storageClassName",)),
    (("AccessMode",), ("accessModes",)),
    (("NoLoadBalancer",), ("type",)),
    (("Backend",), ("service", "defaultBackend", "backend")),
    (("Certificate",), ("tls",)),
    (("Target",), ("scaleTargetRef",)),
)


def path_of(code: str, text: str, obj: Obj, changes: Sequence[Difference]) -> str:
    """The path of the field in which a cause of that code and text lies; empty where none is likely."""
    fields = next((fields for starts, fields in _FIELDS if code.startswith(starts)), ())
    changes = sorted(changes, key=lambda one: one.new is ABSENT)  # what is there in the new object comes first
    for field in fields:
        changed = [one.path for one in changes if field in re.split(r"[.\[\]]+", one.path)]
        if changed:
            return changed[0]
    if changes:
        return changes[0].path
    for field in fields:
        found = list(_paths(obj, field))
        if found:
            return next((path for path, value in found if _is_named(value, text)), found[0][0])
    return ""


def changed_within(old: Any, new: Any, path: str) -> str:
    """The path of the first field within one that differs between two manifests; that path itself if none does."""
    inner = (f"{path}.", f"{path}[")
    return next((one for one in _changed(old, new) if not path or one == path or one.startswith(inner)), path)


def _changed(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """The paths of what is another in ``new``, and of what misses something; lists are compared in their order."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in new.items():
            yield from _changed(old.get(name), value, _joined(path, name))
        if old.keys() - new.keys():
            yield path
    elif isinstance(old, list) and isinstance(new, list) and old:
        for index, value in enumerate(new):
            yield from _changed(old[index] if index < len(old) else None, value, f"{path}[{index}]")
    elif old != new:
        yield path


def _joined(path: str, name: str) -> str:
    return f"{path}[{name}]" if "." in name or "/" in name else f"{path}.{name}".lstrip(".")


def _paths(value: Any, field: str, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths of all fields of a name, with their values."""
    if isinstance(value, dict):
        for name, inner in value.items():
            where = _joined(path, name)
            if name == field:
                yield where, inner
            else:
                yield from _paths(inner, field, where)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, field, f"{path}[{index}]")


def _is_named(value: Any, text: str) -> bool:
    """Whether a text mentions each part of a plain value: nginx and 1.2 of nginx:1.2."""
    return isinstance(value, str) and all(part in text for part in re.split(r"[:@]", value))
