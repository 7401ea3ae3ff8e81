"""A Namespace: the room that other objects' names are in."""

from __future__ import annotations

from kubesim.api.meta import dig, is_terminating, labels_of, with_metadata
from kubesim.api.well_known import LABEL_METADATA_NAME
from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

FINALIZER = "kubernetes"


class Namespace(Kind):
    """Mirrors pkg/registry/core/namespace."""

    has_status = True
    columns = (Column("NAME"), Column("STATUS"), Column("AGE"))

    def is_held(self, obj: Obj) -> bool:
        """A namespace goes once its content has gone and the namespace controller has removed its finalizer."""
        return super().is_held(obj) or bool((obj.get("spec") or {}).get("finalizers"))

    def default(self, obj: Obj) -> None:
        """Every namespace has its name as a label."""
        name = obj["metadata"].get("name")
        if name:
            obj["metadata"]["labels"] = {**labels_of(obj), LABEL_METADATA_NAME: name}

    def marked(self, obj: Obj) -> Obj:
        """Its phase changes at once, and it has no time to end. Mirrors the registry's Delete."""
        marked = with_metadata(obj, deletionGracePeriodSeconds=None)
        return {**marked, "status": {**obj.get("status", {}), "phase": "Terminating"}}

    def prepare_for_create(self, obj: Obj) -> None:
        """A new namespace is active."""
        obj["status"] = {"phase": "Active"}

    def admit(self, obj: Obj, admission: Admission) -> None:  # noqa: ARG002
        """It has the finalizer of the namespace controller, which is no client's."""
        finalizers = (obj.get("spec") or {}).get("finalizers") or []
        if FINALIZER not in finalizers:
            finalizers = [*finalizers, FINALIZER]
        obj["spec"] = {**(obj.get("spec") or {}), "finalizers": finalizers}

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        """Finalizers change through the finalize sub-resource alone."""
        super().prepare_for_update(new, old)
        new["spec"] = {**(new.get("spec") or {}), **(old.get("spec") or {})}

    def prepare_for_part(self, new: Obj, old: Obj, subresource: str) -> None:
        """Mirrors namespaceFinalizeStrategy."""
        if subresource == "finalize":
            super().prepare_for_update(new, old)
        else:
            self.prepare_for_update(new, old)

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.namespace import validate_namespace

        return validate_namespace(obj)

    def validate_change(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:  # noqa: ARG002
        from kubesim.kinds.validation.namespace import validate_namespace

        return validate_namespace(new, is_finalized=subresource == "finalize")

    def validate_status_update(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:  # noqa: ARG002
        """Mirrors ValidateNamespaceStatusUpdate."""
        from kubesim.api.fields import invalid

        wanted, state = ("Terminating", "not empty") if is_terminating(new) else ("Active", "empty")
        phase = dig(new, "status", "phase", default="")
        why = f"may only be '{wanted}' if `deletionTimestamp` is {state}"
        return [] if phase == wanted else [invalid("status.Phase", phase, why)]

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printNamespace."""
        return [obj["metadata"]["name"], dig(obj, "status", "phase", default=""), age_of(obj, now)]

    def field(self, obj: Obj, path: str) -> str | None:
        if path == "status.phase":
            return str(dig(obj, "status", "phase", default=""))
        return super().field(obj, path)
