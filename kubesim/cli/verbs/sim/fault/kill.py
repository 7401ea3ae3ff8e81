"""``kubesim sim fault kill``: the processes of pods are killed."""

from __future__ import annotations

from kubesim.api.meta import key_of
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import named
from kubesim.errors import UserError
from kubesim.life.faults import kill


def run(
    inv: Invocation,
    *,
    container: Annotated[str, Option("c", help="Only the container of this name.")] = "",
    out_of_memory: Annotated[bool, Option(help="The kernel kills them, because they take too much memory.")] = False,
) -> None:
    if not inv.args:
        raise inv.usage_error("at least one POD is required")
    session = Session.of(inv)
    with session.writing() as life:
        for argument in inv.args:
            pod = named(session, life.cluster, argument if "/" in argument else f"pod/{argument}")
            if key_of(pod).kind != "Pod":
                raise UserError(f"{argument} is no pod")
            names = kill(life, pod, container, is_out_of_memory=out_of_memory)
            inv.out.write(f"pod/{pod['metadata']['name']}: killed {', '.join(names)}\n")


COMMAND = Command(
    name="kill",
    use="sim fault kill POD ... [-c CONTAINER]",
    short="Kill the processes of pods",
    long=(
        "The processes of a pod's containers are sent SIGKILL, as by kill -9 on their node. The kubelet sees within a "
        "second that they ended, with exit code 137, and starts them again as the pod's restartPolicy says. The pod "
        "stays; to have it replaced, delete it."
    ),
    examples=(
        ("All containers of a pod", "sim fault kill web-5d8c7f9b6-x2x4z"),
        ("One of them is out of memory", "sim fault kill web-5d8c7f9b6-x2x4z -c app --out-of-memory"),
    ),
    run=run,
)
