"""What a resize of a pod may change. Mirrors ValidatePodResize of pkg/apis/core/validation, in its order."""

from __future__ import annotations

from kubesim.api.fields import FieldError, forbidden, invalid
from kubesim.api.meta import annotations_of
from kubesim.kinds.pod_spec.resources import quality_of_service

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

_MUTABLE = ("cpu", "memory")
_AMOUNTS = ("requests", "limits")


def validate_pod_resize(new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with the change itself; both pods have their defaults."""
    if "kubernetes.io/config.mirror" in annotations_of(old):
        return [forbidden("", "static pods cannot be resized")]
    if (old["spec"].get("os") or {}).get("name") == "windows":
        return [forbidden("", "windows pods cannot be resized")]
    wrong = []
    if quality_of_service(new["spec"]) != quality_of_service(old["spec"]):
        quality = (new.get("status") or {}).get("qosClass", "")
        wrong.append(invalid("spec", quality, "Pod QOS Class may not change as a result of resizing"))
    pairs = {name: (new["spec"].get(name) or [], old["spec"].get(name) or []) for name in ("containers", _INITS)}
    disordered = [error for name, pair in pairs.items() for error in _validate_order(*pair, name)]
    if disordered:
        return wrong + disordered
    for name in (_INITS, "containers"):
        for index, (now, before) in enumerate(zip(*pairs[name], strict=True)):
            if name != _INITS or _is_resizable(before):
                wrong += _validate_kept(now, before, f"spec.{name}[{index}].resources")
    return wrong + _validate_mutable(pairs)


_INITS = "initContainers"


def _is_resizable(container: Obj) -> bool:
    """Of the init containers sidecars alone are."""
    return bool(container.get("restartPolicy") == "Always")


def _validate_order(new: Sequence[Obj], old: Sequence[Obj], name: str) -> list[FieldError]:
    if len(new) != len(old):
        return [forbidden(f"spec.{name}", f"{name} may not be added or removed on resize")]
    why = f"{name} may not be renamed or reordered on resize"
    return [
        forbidden(f"spec.{name}[{index}].name", why)
        for index, (now, before) in enumerate(zip(new, old, strict=True))
        if now["name"] != before["name"]
    ]


def _validate_kept(new: Obj, old: Obj, path: str) -> list[FieldError]:
    """Nothing may be taken away."""
    now, before = new.get("resources") or {}, old.get("resources") or {}
    return [
        forbidden(f"{path}.{of}", f"resource {of} cannot be removed")
        for of in _AMOUNTS
        if set(before.get(of) or ()) - set(now.get(of) or ())
    ]


def _validate_mutable(pairs: dict[str, tuple[list[Obj], list[Obj]]]) -> list[FieldError]:
    """Mirrors what is left once changes of cpu and memory are taken back."""
    wrong = [
        forbidden("spec", "only cpu and memory resources are mutable")
        for now, before in zip(*pairs["containers"], strict=True)
        if _others(now) != _others(before)
    ]
    for index, (now, before) in enumerate(zip(*pairs[_INITS], strict=True)):
        if not _is_resizable(before):
            if now != before:
                wrong.append(forbidden("spec", "resources for non-sidecar init containers are immutable"))
        elif _others(now) != _others(before):
            why = "only cpu and memory resources for init or sidecar containers are mutable"
            wrong.append(forbidden(f"spec.{_INITS}[{index}]", why))
    return wrong


def _others(container: Obj) -> Obj:
    """A container without its cpu and memory."""
    amounts = container.get("resources") or {}
    kept = {of: {k: v for k, v in (amounts.get(of) or {}).items() if k not in _MUTABLE} for of in _AMOUNTS}
    return {**container, "resources": kept}
