"""``kubesim sim sh``: a shell on a node, as over ssh."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.curl import first_node

SHELL = "bash"


def run(
    inv: Invocation,
    *,
    command: Annotated[str, Option("c", help="A script to run in place of what is typed.")] = "",
) -> int:
    from kubesim.cli.support.node_streams import NodeStreams

    if len(inv.args) > 1:
        raise inv.usage_error("at most one node can be named")
    session = Session.of(inv)
    with session.follow("Pod") as follower:
        name = inv.args[0].removeprefix("node/") if inv.args else first_node(follower.cluster)
        session.watcher(follower.cluster).get("Node", "", name)
        is_terminal = not inv.changed("command") and inv.stdin.isatty()
        words = [SHELL, "-c", command] if inv.changed("command") else [SHELL]
        return NodeStreams(inv, follower, name, is_terminal=is_terminal).run(words)


COMMAND = Command(
    name="sh",
    use="sim sh [NODE] [-c SCRIPT]",
    short="Open a shell on a node",
    long=(
        "Run a shell as root on a node, the first one if none is named. It is a small simulated machine: it has the "
        "usual files and programs of a Linux with a kubelet, its network reaches Services, pods and node ports, and "
        "what is written there is kept: pods find it in the folders that they mount by hostPath. The exit status is "
        "the shell's."
    ),
    examples=(
        ("A session", "sim sh"),
        ("A page for a hostPath volume", "sim sh node01 -c 'mkdir -p /mnt/data; echo hello > /mnt/data/index.html'"),
        ("A node port", "sim sh controlplane -c 'curl -s localhost:30080'"),
    ),
    run=run,
)
