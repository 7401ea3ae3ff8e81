"""``kubesim sim explain``: what a change of a Deployment comes to, before it is made."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from kubesim.api.meta import Key, Obj, dig
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.options import FilenameOptions
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubectl.printers.style import paint_for, terminal_width

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client
    from kubesim.life.live_cluster import LiveCluster
    from kubesim.views.explain.changes import FieldChange
    from kubesim.views.explain.explanation import Explanation

REFUSED = 1


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    output: Annotated[str, Option("o", help="json prints it as data.", choices=("json",))] = "",
) -> int:
    if output not in ("", "json"):
        raise UserError(f'unknown output format "{output}": it is json, or left out')
    if bool(inv.args) == files.are_given:
        raise UserError("name a Deployment, a StatefulSet or a DaemonSet, or a file with -f")
    session = Session.of(inv, files, "kubectl-client-side-apply")
    life = session.life()
    client = session.client(life.cluster)
    request = Request(args=inv.args, files=session.files(client), namespace=session.namespace(client))
    found = [
        _of_file(inv, life, client, info) if info.obj is not None else _of_object(inv, life, client, info)
        for info in request.resolve(client)
    ]
    _write(inv, found, output, session.namespace(client))
    return REFUSED if any(one.change.refusal for one in found) else 0


def _of_file(inv: Invocation, life: LiveCluster, client: Client, info: Info) -> Explanation:
    from kubesim.cli.verbs.apply.client_side import apply_one
    from kubesim.views.explain.explanation import explain

    assert info.obj is not None
    act = partial(apply_one, client, info.names, info.namespace, info.name, info.obj, inv.err)
    return explain(life, _key(info), act, info.obj)


def _key(info: Info) -> Key:
    return Key(info.names.key, info.namespace, info.name)


def _of_object(inv: Invocation, life: LiveCluster, client: Client, info: Info) -> Explanation:
    """What the next change of a workload's template would do, or what is still to come of one that is under way."""
    from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS
    from kubesim.kubectl.rollout_restart import restart
    from kubesim.views.explain.explanation import explain, is_moving
    from kubesim.views.words import listed

    if info.names.key not in WITH_ROLLOUTS:
        kinds = listed([f"{kind}s" for kind in WITH_ROLLOUTS])
        raise UserError(f"explained are {kinds} by name, and whatever a file has; not a {info.names.kind} by name")
    obj = info.live(client)
    reapplied = _reapplied(inv, client, info, obj)
    is_held = bool(obj["spec"].get("paused")) or is_moving(obj)
    act = (lambda: None) if is_held else (lambda: client.update(restart(obj, info.names.qualified, client.now)))
    found = explain(life, _key(info), act)
    return replace(found, is_file=False, reapplied=reapplied)


def _reapplied(inv: Invocation, client: Client, info: Info, obj: Obj) -> tuple[FieldChange, ...] | None:
    """What would change if the file that was applied last were applied again; None if none was."""
    from kubesim.cli.verbs.apply.client_side import apply_one
    from kubesim.cluster import Client
    from kubesim.views.explain.changes import field_changes, last_applied

    manifest = last_applied(obj)
    if manifest is None or not dig(manifest, "metadata", "name"):
        return None
    dry = Client(client.cluster, client.context._replace(dry_run=True))
    after = apply_one(dry, info.names, info.namespace, info.name, manifest, inv.err, validation="Ignore")
    return field_changes(obj, after, manifest)


def _write(inv: Invocation, found: list[Explanation], output: str, home: str) -> None:
    from kubesim.golang.json import dumps
    from kubesim.views.explain.data import as_data
    from kubesim.views.explain.page import Page

    if output:
        items = [as_data(one, PROGRAM, "" if inv.globals.namespace else home) for one in found]
        inv.out.write_data(dumps({"items": items}, indent=4, sort_keys=False) + "\n")
    else:
        page = Page(paint_for(inv.out), terminal_width(inv.out))
        inv.out.write_data("\n".join(page.text(one) for one in found))


COMMAND = Command(
    name="explain",
    use="sim explain (TYPE/NAME | -f FILENAME)",
    short="Explain what a rollout would do, before it does",
    long=(
        "Explain the arithmetic of a rollout in words and numbers, and each step that would follow with its time. The "
        "change is made in memory and lived to its end; nothing is saved.\n\n"
        "With -f, what applying the file would do: which fields change, whether that is a new revision and which "
        "ReplicaSet or ControllerRevision has it, and which fields the file would bring back that were changed without "
        "it. With the name of a Deployment, a StatefulSet or a DaemonSet, what the next change of its pod template "
        "would do, or what is still to come of the rollout that is under way, and what would change if the file that "
        "was applied last were applied again.\n\n"
        "The exit status is 1 if the API server would refuse the file."
    ),
    examples=(
        ("What would this file do?", "sim explain -f deployment-definition.yml"),
        ("How would a rollout go, and what would the file bring back?", "sim explain deployment/myapp-deployment"),
        ("As data", "sim explain -f deployment-definition.yml -o json"),
    ),
    run=run,
)
