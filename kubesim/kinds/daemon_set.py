"""A DaemonSet: a pod on every node."""

from __future__ import annotations

from kubesim.api.meta import annotations_of, dig
from kubesim.api.well_known import DEPRECATED_TEMPLATE_GENERATION
from kubesim.kinds.base import Column, Kind, age_of
from kubesim.kinds.common.cells import (
    SELECTOR_COLUMN,
    TEMPLATE_COLUMNS,
    format_labels,
    number,
    selector_cell,
    template_cells,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission

# The annotation in place of the field that apps/v1 no longer has.


class DaemonSet(Kind):
    """Mirrors pkg/registry/apps/daemonset."""

    has_generation = True
    has_status = True
    columns = (
        Column("NAME"),
        Column("DESIRED"),
        Column("CURRENT"),
        Column("READY"),
        Column("UP-TO-DATE"),
        Column("AVAILABLE"),
        Column("NODE SELECTOR"),
        Column("AGE"),
        *TEMPLATE_COLUMNS,
        SELECTOR_COLUMN,
    )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_DaemonSet."""
        from kubesim.kinds.pod_spec.defaults import default_pod_template

        spec = obj.setdefault("spec", {})
        default_pod_template(spec.setdefault("template", {}))
        spec.setdefault("revisionHistoryLimit", 10)
        strategy = spec.setdefault("updateStrategy", {})
        strategy["type"] = strategy.get("type") or "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.setdefault("rollingUpdate", {})
            rolling.setdefault("maxUnavailable", 1)
            rolling.setdefault("maxSurge", 0)
        elif "rollingUpdate" in strategy:
            strategy["rollingUpdate"] = {"maxUnavailable": 0, "maxSurge": 0, **strategy["rollingUpdate"]}

    def admit(self, obj: Obj, admission: Admission) -> None:  # noqa: ARG002
        """The template's generation is an annotation, as the field is no longer in the API."""
        _set_template_generation(obj, max(_given_template_generation(obj), 1))

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:  # noqa: ARG002
        """A new template is a new template generation."""
        _given_template_generation(new)
        changed = new["spec"]["template"] != old["spec"]["template"]
        _set_template_generation(new, template_generation_of(old) + int(changed))

    def prepare_for_create(self, obj: Obj) -> None:
        """A new DaemonSet has no pods."""
        obj["status"] = dict.fromkeys(
            ("currentNumberScheduled", "desiredNumberScheduled", "numberMisscheduled", "numberReady"), 0
        )

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.daemon_set import validate_daemon_set

        return validate_daemon_set(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.daemon_set import validate_daemon_set_update

        return validate_daemon_set_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        from kubesim.kinds.warnings.pod_template import warnings_for_workload

        return warnings_for_workload(self, new, old, names_pods=False)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printDaemonSet."""
        spec = obj["spec"]
        return [
            obj["metadata"]["name"],
            number(obj, "status", "desiredNumberScheduled"),
            number(obj, "status", "currentNumberScheduled"),
            number(obj, "status", "numberReady"),
            number(obj, "status", "updatedNumberScheduled"),
            number(obj, "status", "numberAvailable"),
            format_labels(dig(spec, "template", "spec", "nodeSelector")),
            age_of(obj, now),
            *template_cells(spec["template"]),
            selector_cell(spec["selector"]),
        ]


def template_generation_of(obj: Obj) -> int:
    """How many templates the DaemonSet has had."""
    return int(annotations_of(obj).get(DEPRECATED_TEMPLATE_GENERATION, "1"))


def _given_template_generation(obj: Obj) -> int:
    """Which one a client says it is, 0 if it does not say; StatusError BadRequest of what is no number."""
    given = annotations_of(obj).get(DEPRECATED_TEMPLATE_GENERATION)
    if given is None:
        return 0
    from kubesim.api.decode import unreadable
    from kubesim.golang.numbers import parse_int

    try:
        return parse_int(given, base=10)
    except ValueError as error:
        raise unreadable(obj["apiVersion"], obj["kind"], str(error)) from error


def _set_template_generation(obj: Obj, generation: int) -> None:
    obj["metadata"]["annotations"] = {**annotations_of(obj), DEPRECATED_TEMPLATE_GENERATION: str(generation)}
