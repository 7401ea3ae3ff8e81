"""The pod template of a workload. Mirrors DescribePodTemplate."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import selector_cell
from kubesim.kubectl.describe.common import describe_annotations, describe_labels
from kubesim.kubectl.describe.containers import describe_containers
from kubesim.kubectl.describe.volumes import describe_volumes
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

SPACE = "  "


def describe_pod_template_raw(template: Obj) -> str:
    """The template as ``rollout history --revision`` shows it: its columns are divided by tabs."""
    w = Description()
    describe_pod_template(w, template)
    return w.raw()


def describe_pod_template(w: Description, template: Obj | None) -> None:
    w.line("Pod Template:")
    if template is None:
        w.write("  <unset>")
        return
    spec = template.get("spec") or {}
    describe_labels(w, dig(template, "metadata", "labels"), "  Labels")
    annotations = dig(template, "metadata", "annotations")
    if annotations:
        describe_annotations(w, annotations, "  Annotations")
    if spec.get("serviceAccountName"):
        w.line("Service Account:", spec["serviceAccountName"], level=1)
    if spec.get("initContainers"):
        describe_containers(w, "Init Containers", spec["initContainers"], space=SPACE)
    describe_containers(w, "Containers", spec.get("containers") or (), space=SPACE)
    describe_volumes(w, spec.get("volumes"), SPACE)
    describe_spread_constraints(w, spec.get("topologySpreadConstraints"), SPACE)
    if spec.get("priorityClassName"):
        w.line("Priority Class Name:", spec["priorityClassName"], level=1)
    describe_labels(w, spec.get("nodeSelector"), "  Node-Selectors")
    describe_tolerations(w, spec.get("tolerations"), "  Tolerations")


def describe_tolerations(w: Description, tolerations: Sequence[Obj] | None, title: str = "Tolerations") -> None:
    """Mirrors printTolerationsMultilineWithIndent."""
    ordered = sorted(tolerations or (), key=lambda toleration: str(toleration.get("key", "")))
    w.entries(title, [_toleration(toleration) for toleration in ordered])


def _toleration(toleration: Obj) -> str:
    key, value, effect = (toleration.get(field, "") for field in ("key", "value", "effect"))
    text = key
    if value:
        text += f"={value}"
    if effect:
        text += f":{effect}"
    if toleration.get("operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = toleration.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"


def describe_spread_constraints(w: Description, constraints: Sequence[Obj] | None, space: str = "") -> None:
    """Mirrors describeTopologySpreadConstraints."""
    if not constraints:
        return
    ordered = sorted(constraints, key=lambda constraint: str(constraint["topologyKey"]))
    for at, constraint in enumerate(ordered):
        w.line(f"{space}Topology Spread Constraints:" if at == 0 else space, _spread_constraint(constraint))


def _spread_constraint(constraint: Obj) -> str:
    when = f"{constraint['topologyKey']}:{constraint['whenUnsatisfiable']}"
    text = f"{when} when max skew {constraint['maxSkew']} is exceeded"
    selector = constraint.get("labelSelector")
    return text if selector is None else f"{text} for selector {selector_cell(selector)}"
