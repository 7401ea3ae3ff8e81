"""``kubesim describe``: an object in words, with its events. Mirrors kubectl pkg/cmd/describe/describe.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import PROGRAM, Command, Flag, Invocation
from kubesim.cli.support.resources import Info, Request, Result, find, mapping
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.get import fetched, raise_all, request_of, unprefixed
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

NOTHING_ASKED = (
    f'You must specify the type of resource to describe. Use "{PROGRAM} api-resources" for a complete list of '
    "supported resources.\n"
)


def run(inv: Invocation) -> None:
    if not inv.args and not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError(NOTHING_ASKED)
    session = Session.of(inv)
    cluster = session.read()
    result = request_of(inv, session, cluster).resolve(cluster)
    found, wrong = _asked_for(cluster, result) if inv.flag("filename") else fetched(cluster, result)
    if not found and len(inv.args) == 2 and _is_missing(wrong):
        _describe_by_prefix(inv, cluster, session.namespace(cluster), wrong)
        return
    several = bool(wrong) or len(found) > 1
    show_events = bool(inv.flag("show-events")) if inv.changed("show-events") or not several else False
    texts = [_text(cluster, info, show_events=show_events) for info in found]
    inv.out.write("\n\n".join(texts))
    if not texts and not wrong:
        everywhere = inv.flag("all-namespaces")
        place = "" if everywhere else f" in {session.namespace(cluster)} namespace."
        inv.err.write(f"No resources found{place}\n")
    raise_all(unprefixed(result, wrong))


def _asked_for(cluster: Cluster, result: Result) -> tuple[list[Info], list[Exception]]:
    """What files name: the describer asks for it, so that a missing namespace is not looked for. Each error once."""
    found: list[Info] = []
    wrong: dict[str, Exception] = {}
    for item in result.items:
        try:
            if isinstance(item, Exception):
                raise item
            found.append(item._replace(obj=find(cluster, item.names, item.namespace, item.name)))
        except (UserError, StatusError) as error:
            wrong.setdefault(str(error), error)
    return found, list(wrong.values())


def _text(cluster: Cluster, info: Info, *, show_events: bool) -> str:
    assert info.obj is not None
    from kubesim.kubectl.describe import describe

    return describe(info.obj, cluster, cluster.now, show_events=show_events)


def _is_missing(wrong: list[Exception]) -> bool:
    return len(wrong) == 1 and isinstance(wrong[0], StatusError) and wrong[0].reason == "NotFound"


def _describe_by_prefix(inv: Invocation, cluster: Cluster, namespace: str, wrong: list[Exception]) -> None:
    """TYPE NAME_PREFIX: every object whose name starts so; if there is none, what was missing is told."""
    word, prefix = inv.args
    mapping(word)
    request = Request(args=[word], namespace=namespace, everything=True)
    infos = [info for info in request.resolve(cluster) if info.name.startswith(prefix)]
    show_events = bool(inv.flag("show-events")) if inv.changed("show-events") else False
    for info in infos:
        inv.out.write(f"{_text(cluster, info, show_events=show_events)}\n")
    if not infos:
        raise_all(wrong)


COMMAND = Command(
    name="describe",
    use="describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
    short="Show details of a specific resource or group of resources",
    long="Show an object in words: its settings, its conditions, the objects that belong to it, and its events.",
    examples=(
        (
            "A Deployment, with the ReplicaSets of its rollouts and the events of each step",
            "describe deployment myapp-deployment",
        ),
        ("Every pod with a label", "describe pods -l app=myapp"),
        ("What a file names", "describe -f deployment-definition.yml"),
    ),
    flags=(
        *options.FILENAME,
        options.SELECTOR,
        options.ALL_NAMESPACES,
        options.CHUNK_SIZE,
        Flag("show-events", type=bool, default=True, help="Show the events of what is described."),
    ),
    run=run,
)
