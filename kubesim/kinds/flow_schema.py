"""A FlowSchema: which requests have which priority."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Objects
    from kubesim.kinds.common.plain_columns import Cells


class FlowSchema(PlainKind):
    """Mirrors pkg/registry/flowcontrol/flowschema."""

    has_generation = True
    has_status = True

    def cells(self) -> Cells:
        from kubesim.kinds.common.plain_columns import AGE, columns, text

        return columns(
            ("PRIORITYLEVEL", text("spec", "priorityLevelConfiguration", "name")),
            ("MATCHINGPRECEDENCE", text("spec", "matchingPrecedence")),
            ("DISTINGUISHERMETHOD", text("spec", "distinguisherMethod", "type", missing="<none>")),
            ("AGE", AGE),
            ("MISSINGPL", _dangling),
        )

    def in_table_order(self, objs: Objects) -> Objects:
        """Mirrors FlowSchemaSequence."""
        return sorted(objs, key=lambda obj: (obj["spec"]["matchingPrecedence"], obj["metadata"]["name"]))

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_FlowSchemaSpec."""
        obj["spec"] = {**obj["spec"], "matchingPrecedence": obj["spec"].get("matchingPrecedence") or 1000}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.flow_schema import validate_flow_schema

        return validate_flow_schema(obj)


def _dangling(obj: Obj) -> str:
    conditions = obj["status"].get("conditions") or ()
    return next((str(condition["status"]) for condition in conditions if condition["type"] == "Dangling"), "?")
