"""``kubesim top pod``. Mirrors kubectl pkg/cmd/top/top_pod.go."""

from __future__ import annotations

from kubesim.api.field_selectors import parse_field_selector
from kubesim.api.meta import MINUTE, labels_of, parse_time
from kubesim.api.selector_parser import parse_selector
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import AllNamespaces, FieldSelector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.top import NOT_YET, TopOptions, metrics_of, validate
from kubesim.cluster.derived import POD_METRICS
from kubesim.errors import UserError
from kubesim.golang.durations import duration_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

_CREATION_DELAY = 2 * MINUTE


def run(
    inv: Invocation,
    *,
    options: TopOptions,
    all_namespaces: AllNamespaces = False,
    field_selector: FieldSelector = "",
    containers: Annotated[bool, Option(help="Show each container.")] = False,
    sum_: Annotated[bool, Option(help="Add up.")] = False,
) -> None:
    validate(inv, options, "pod", selects=bool(options.selector or field_selector))
    selector, fields = parse_selector(options.selector), parse_field_selector(field_selector)
    session = Session.of(inv)
    client = session.read()
    namespace = session.namespace(client)
    name = inv.args[0] if inv.args else ""
    within = None if all_namespaces and not name else namespace
    pods = [pod for pod in client.list("Pod", within) if selector.matches(labels_of(pod))]
    pods = [pod for pod in pods if not field_selector or fields.matches(client.kinds.of(pod), pod)]
    wanted = {(pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods}
    metrics = [
        one
        for one in metrics_of(client, POD_METRICS, within, name)
        if (one["metadata"]["namespace"], one["metadata"]["name"]) in wanted
    ]
    if not metrics:
        _explain(pods, client.now)
        inv.err.write(f"No resources found{'' if all_namespaces else f' in {namespace} namespace.'}\n")
    printer = options.printer()
    inv.out.write(printer.pods(metrics, containers=containers, namespaces=all_namespaces, adds_up=sum_))


def _explain(pods: Iterable[Obj], now: int) -> None:
    """UserError where there are pods, but no metrics of any. Mirrors verifyEmptyMetrics."""
    for pod in pods:
        meta = pod["metadata"]
        age = now - parse_time(meta["creationTimestamp"])
        if age > _CREATION_DELAY:
            where = f"{meta['namespace']}/{meta['name']}"
            raise UserError(f"Metrics not available for pod {where}, age: {duration_text(age)}")
    if pods:
        raise UserError(NOT_YET)


COMMAND = Command(
    name="pod",
    use="top pod [NAME | -l label]",
    short="Display resource (CPU/memory) usage of pods",
    long=(
        "Show what pods use, or each of their containers. A pod is measured for the first time 15 to 30 seconds after "
        "its containers have started."
    ),
    examples=(
        ("Those of the namespace", "top pod"),
        ("All, the greediest first", "top pod -A --sort-by memory"),
        ("Each container of one pod", "top pod web-5d8c7f9b6-x2x4z --containers"),
        ("By a label, with their sum", "top pod -l app=web --sum"),
    ),
    run=run,
)
