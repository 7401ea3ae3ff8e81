"""``kubesim top node``. Mirrors kubectl pkg/cmd/top/top_node.go."""

from __future__ import annotations

from kubesim.api.meta import dig, labels_of
from kubesim.api.selector_parser import parse_selector
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.top import NOT_YET, TopOptions, metrics_of, validate
from kubesim.cluster.derived import NODE_METRICS
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: TopOptions,
    show_capacity: Annotated[bool, Option(help="Compare with the capacity, not with what can be allocated.")] = False,
) -> None:
    validate(inv, options, "node", selects=bool(options.selector))
    selector = parse_selector(options.selector)
    client = Session.of(inv).read()
    name = inv.args[0] if inv.args else ""
    metrics = [one for one in metrics_of(client, NODE_METRICS, None, name) if selector.matches(labels_of(one))]
    if not metrics:
        raise UserError(NOT_YET)
    client.authorize("get" if name else "list", "Node", None, name)
    nodes = [client.get("Node", "", name)] if name else client.list("Node")
    of = "capacity" if show_capacity else "allocatable"
    available = {
        node["metadata"]["name"]: dig(node, "status", of, default={})
        for node in nodes
        if selector.matches(labels_of(node))
    }
    inv.out.write(options.printer().nodes(metrics, available))


COMMAND = Command(
    name="node",
    use="top node [NAME | -l label]",
    short="Display resource (CPU/memory) usage of nodes",
    long="Show what nodes use: all of their pods, and what their systems use beside them.",
    examples=(("All nodes", "top node"), ("One", "top node node01"), ("The busiest first", "top node --sort-by cpu")),
    run=run,
)
