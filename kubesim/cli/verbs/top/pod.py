"""``kubesim top pod``: there are no metrics. Mirrors kubectl pkg/cmd/top/top_pod.go without a metrics server."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import AllNamespaces, FieldSelector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.top import NO_METRICS, TopOptions, validate
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: TopOptions,
    _all_namespaces: AllNamespaces = False,
    _field_selector: FieldSelector = "",
    _containers: Annotated[bool, Option(help="Show each container.")] = False,
    _sum: Annotated[bool, Option(help="Add up.")] = False,
) -> None:
    validate(inv, options, "pod")
    raise UserError(NO_METRICS)


COMMAND = Command(
    name="pod",
    use="top pod [NAME | -l label]",
    short="Display resource (CPU/memory) usage of pods",
    long="Show what pods use. The simulated cluster has no metrics server: the answer is an error, with status 1.",
    examples=(("There are no metrics", "top pod"),),
    run=run,
)
