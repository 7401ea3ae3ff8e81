"""A ControllerRevision: what a DaemonSet or StatefulSet once was."""

from __future__ import annotations

from kubesim.api.meta import controller_of
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ControllerRevision(Kind):
    """Mirrors pkg/registry/apps/controllerrevision."""

    columns = (Column("NAME"), Column("CONTROLLER"), Column("REVISION"), Column("AGE"))

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.controller_revision import validate_controller_revision

        return validate_controller_revision(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.controller_revision import validate_controller_revision_update

        return validate_controller_revision_update(new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printControllerRevision."""
        owner = controller_of(obj)
        return [
            obj["metadata"]["name"],
            "<none>" if owner is None else _controller_name(owner),
            number(obj, "revision"),
            age_of(obj, now),
        ]


def _controller_name(owner: Obj) -> str:
    """``daemonset.apps/logs``."""
    group = owner["apiVersion"].rpartition("/")[0]
    kind = owner["kind"].lower()
    return f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
