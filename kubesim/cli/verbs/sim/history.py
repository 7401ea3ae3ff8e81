"""``kubesim sim history``: the revisions of a workload with what changed between them."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubectl.printers.style import paint_for


def run(
    inv: Invocation,
    *,
    selector: Selector = "",
    output: Annotated[str, Option("o", help="json prints it as data.", choices=("json",))] = "",
) -> None:
    from kubesim.golang.json import dumps
    from kubesim.views.history import as_data, history_of, page

    if output not in ("", "json"):
        raise UserError(f'unknown output format "{output}": it is json, or left out')
    session = Session.of(inv)
    cluster = session.read()
    request = Request(args=inv.args, namespace=session.namespace(cluster), selector=selector, everything=True)
    found = [history_of(cluster, info.live(cluster)) for info in request.resolve(cluster)]
    if output:
        data = [as_data(one) for one in found]
        inv.out.write_data(dumps(data[0] if len(data) == 1 else data, indent=4, sort_keys=False) + "\n")
        return
    inv.out.write_data("\n".join(page(one, paint_for(inv.out), PROGRAM) for one in found))


COMMAND = Command(
    name="history",
    use="sim history (TYPE NAME | TYPE/NAME)",
    short="Show the revisions of a workload and what changed between them",
    long=(
        "List the revisions of a Deployment, a DaemonSet or a StatefulSet with their images and, below each, every "
        "field of the pod template that is another than in the revision before: path: old -> new. At the end stands "
        "what rollout undo would go back to, and which number that gets."
    ),
    examples=(
        ("The revisions of a Deployment", "sim history deployment/myapp-deployment"),
        ("As data", "sim history deployment/myapp-deployment -o json"),
    ),
    run=run,
)
