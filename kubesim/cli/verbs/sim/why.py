"""``kubesim sim why``: why something is not as it is wanted, what happens by itself, and what repairs it."""

from __future__ import annotations

from kubesim.api.meta import Key, key_of
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import AllNamespaces, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubectl.printers.style import paint_for, terminal_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.views.why.model import Answer

STUCK = 1


def run(
    inv: Invocation,
    *,
    all_namespaces: AllNamespaces = False,
    selector: Selector = "",
    output: Annotated[str, Option("o", help="json prints it as data.", choices=("json",))] = "",
    exit_code: Annotated[bool, Option(help="Exit with 1 if something is stuck, or about to be.")] = False,
) -> int:
    from kubesim.views.why.answers import answers
    from kubesim.views.why.model import State
    from kubesim.views.why.survey import survey

    if output not in ("", "json"):
        raise UserError(f'unknown output format "{output}": it is json, or left out')
    session = Session.of(inv)
    life = session.life()
    cluster = session.client(life.cluster)
    home = session.namespace(cluster)
    if inv.args or selector:
        request = Request(
            args=inv.args, namespace=home, all_namespaces=all_namespaces, selector=selector, everything=True
        )
        keys = [Key(*key_of(info.live(cluster))) for info in request.resolve(cluster)]
        found = answers(life, keys)
    else:
        cluster.authorize("list", "Pod", None if all_namespaces else home)
        found = survey(life, None if all_namespaces else home)
    _write(inv, found, output, home, is_whole=all_namespaces)
    return STUCK if exit_code and any(answer.state is State.STUCK for answer in found) else 0


def _write(inv: Invocation, found: Sequence[Answer], output: str, home: str, *, is_whole: bool) -> None:
    from kubesim.golang.json import dumps
    from kubesim.views.why.data import as_data
    from kubesim.views.why.page import Page

    working = "" if inv.globals.namespace else home  # a command that follows has no -n but its own
    if output:
        items = [as_data(answer, PROGRAM, working) for answer in found]
        inv.out.write_data(dumps({"items": items}, indent=4, sort_keys=False) + "\n")
    elif found:
        page = Page(paint_for(inv.out), PROGRAM, home, working, terminal_width(inv.out))
        inv.out.write_data(page.text(found))
    else:
        where = "in any namespace" if is_whole else f"in namespace {home}"
        inv.out.write(f"Nothing {where} is stuck or on its way: all is as wanted.\n")


COMMAND = Command(
    name="why",
    use="sim why [TYPE/NAME | TYPE NAME]",
    short="Say why something is not as wanted, and what repairs it",
    long=(
        "Say in three lines at most why an object is not (yet) as it is wanted: what is stuck, since when, and the "
        "cause at its root; what still serves, and what will happen by itself and when; the command that repairs it. "
        "The cluster is led on for twelve minutes in memory to see what comes by itself, so that what is about to get "
        "stuck is said before it shows. Nothing is changed.\n\n"
        "Without a name, all in the namespace that is not as wanted. Answers are known of Deployments, StatefulSets, "
        "DaemonSets, ReplicaSets, ReplicationControllers, Jobs, Pods, Services, PersistentVolumeClaims, "
        "PodDisruptionBudgets, HorizontalPodAutoscalers, Ingresses, Nodes and Namespaces."
    ),
    examples=(
        ("Why does the rollout not go on?", "sim why deployment/myapp-deployment"),
        ("All in the namespace that is not as wanted", "sim why"),
        ("Why does nobody answer?", "sim why service/web"),
        ("As data, and with 1 as exit status if something is stuck", "sim why -A -o json --exit-code"),
    ),
    run=run,
)
