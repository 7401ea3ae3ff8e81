"""``kubesim sim watch``: Deployments as they live, in place on a terminal."""

from __future__ import annotations

import sys

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.views.watch.scene import KINDS, Director

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    client = session.read()
    namespace = session.namespace(client)
    name = _name(inv, client, namespace)
    if inv.home is None and inv.out.isatty() and sys.stdin.isatty():
        from kubesim.views.watch.film import Film
        from kubesim.views.watch.player import Player
        from kubesim.views.watch.screen import play

        play(Player(Film(session.simulation, namespace, name, PROGRAM)))
    else:
        _print_lines(inv, session, namespace, name)


def _name(inv: Invocation, client: Client, namespace: str) -> str:
    """The Deployment that is named, empty for all; StatusError NotFound for one that is not there."""
    if not inv.args:
        return ""
    infos = Request(args=inv.args, namespace=namespace).resolve(client).infos()
    if len(infos) > 1 or infos[0].names.key != "Deployment":
        raise UserError("watch shows one Deployment, or without a name all of a namespace")
    fetch(client, infos[0].names, namespace, infos[0].name)
    return infos[0].name


def _print_lines(inv: Invocation, session: Session, namespace: str, name: str) -> None:
    """Print a line for each change; where the clock jumps, until nothing changes any more."""
    from kubesim.views.watch.lines import lines_of

    with session.follow(*KINDS) as follower:
        cluster = follower.cluster
        begin = instant = cluster.now
        director = Director((obj for kind in KINDS for obj in cluster.list(kind, namespace)), namespace, name)
        shown = director.scene(begin)
        inv.out.writelines(f"{line}\n" for line in lines_of(shown, None, begin))
        for change in follower.changes_until_rest():
            if change.instant > instant:
                scene = director.scene(instant)
                inv.out.writelines(f"{line}\n" for line in lines_of(scene, shown, begin))
                inv.out.flush()
                shown, instant = scene, change.instant
            director.see(change)
        inv.out.writelines(f"{line}\n" for line in lines_of(director.scene(instant), shown, begin))


COMMAND = Command(
    name="watch",
    use="sim watch [deployment/NAME]",
    short="Watch Deployments live: ReplicaSets, a cell for each pod, conditions, events",
    long=(
        "Show a Deployment, or all of the namespace, as it lives: its ReplicaSets with a cell for each pod that "
        "changes its colour, its conditions, the latest events and the cluster's clock. Nothing is saved.\n\n"
        "q leaves. Space holds the clock. The right arrow steps to the next change, also to one that is still to come; "
        "the left arrow goes back, as far as the journal does. + and - change the speed. What others do to the cluster "
        "meanwhile is shown. Where the clock stands still (KUBESIM_SPEED=max), what comes is shown at the speed of a "
        "real cluster, and is what a command that waits will live through.\n\n"
        "Through a pipe it prints a line for each change."
    ),
    examples=(
        ("Watch a Deployment", "sim watch deployment/web"),
        ("Watch all Deployments of the namespace", "sim watch"),
    ),
    run=run,
)
