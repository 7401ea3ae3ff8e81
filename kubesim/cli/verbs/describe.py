"""``kubesim describe``: an object in words, with its events. Mirrors kubectl pkg/cmd/describe/describe.go."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import AllNamespaces, ChunkSize, FilenameOptions, Selector
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import Info, Request, Result, find, mapping
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.get.retrieval import fetched, unprefixed
from kubesim.errors import StatusError, UserError, raise_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client

NOTHING_ASKED = (
    f'You must specify the type of resource to describe. Use "{PROGRAM} api-resources" for a complete list of '
    "supported resources.\n"
)


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    selector: Selector = "",
    all_namespaces: AllNamespaces = False,
    _chunk_size: ChunkSize = 500,
    show_events: Annotated[bool, Option(help="Show the events of what is described.")] = True,
) -> None:
    if not inv.args and not files.are_given:
        raise UserError(NOTHING_ASKED)
    session = Session.of(inv, files)
    cluster = session.read()
    request = Request(
        args=inv.args,
        files=session.files(cluster),
        namespace=session.namespace(cluster),
        all_namespaces=all_namespaces,
        selector=selector,
        everything=True,
    )
    result = request.resolve(cluster)
    found, wrong = _asked_for(cluster, result) if files.filename else fetched(cluster, result)
    if not found and len(inv.args) == 2 and _is_missing(wrong):
        shows_events = show_events and inv.changed("show-events")
        _describe_by_prefix(inv, cluster, session.namespace(cluster), wrong, show_events=shows_events)
        return
    several = bool(wrong) or len(found) > 1
    shows_events = show_events and (inv.changed("show-events") or not several)
    texts = [_text(cluster, info, show_events=shows_events) for info in found]
    inv.out.write("\n\n".join(texts))
    if not texts and not wrong:
        place = "" if all_namespaces else f" in {session.namespace(cluster)} namespace."
        inv.err.write(f"No resources found{place}\n")
    raise_all(unprefixed(result, wrong))


def _asked_for(cluster: Client, result: Result) -> tuple[list[Info], list[Exception]]:
    """What files name: the describer asks for it, so that a missing namespace is not noticed. Each error once."""
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


def _text(cluster: Client, info: Info, *, show_events: bool) -> str:
    assert info.obj is not None
    from kubesim.kubectl.describe import describe

    return describe(info.obj, cluster, cluster.now, show_events=show_events)


def _is_missing(wrong: list[Exception]) -> bool:
    return len(wrong) == 1 and isinstance(wrong[0], StatusError) and wrong[0].reason == "NotFound"


def _describe_by_prefix(
    inv: Invocation, cluster: Client, namespace: str, wrong: list[Exception], *, show_events: bool
) -> None:
    """TYPE NAME_PREFIX: every object with that prefix; NotFound if there is none."""
    word, prefix = inv.args
    mapping(cluster.kinds, word)
    request = Request(args=[word], namespace=namespace, everything=True)
    infos = [info for info in request.resolve(cluster) if info.name.startswith(prefix)]
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
    run=run,
)
