"""``kubesim sim load``: puts load on workloads, which metrics then show and autoscalers see."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.human_duration import human_duration
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, named, pods_meant
from kubesim.errors import UserError
from kubesim.golang.durations import duration_text
from kubesim.golang.tabwriter import TabWriter, escape_terminal
from kubesim.life.loads import begin, end
from kubesim.sim.loads import Load, active

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

_MILLICORE = 1_000_000


def run(
    inv: Invocation,
    *,
    cpu: Annotated[str, Option(help="CPU that all pods together use: 400m, 2.")] = "",
    memory: Annotated[str, Option(help="Memory that all pods together use: 200Mi.")] = "",
    requests: Annotated[int, Option(help="Requests a second that all pods together answer.")] = 0,
    for_: For = 0,
    clear: Annotated[bool, Option(help="End the load of the workloads that are named, or of all.")] = False,
) -> None:
    session = Session.of(inv)
    if clear:
        _clear(inv, session)
    elif not inv.args:
        inv.out.write(_table(session.life().cluster))
    else:
        amounts = _amount(cpu, "--cpu", quantity.milli_value), _amount(memory, "--memory", quantity.value), requests
        if len(inv.args) > 1 or not any(amounts) or requests < 0:
            raise inv.usage_error("one TYPE/NAME, and at least one of --cpu, --memory and --requests, are required")
        _put(inv, session, amounts, for_)


def _put(inv: Invocation, session: Session, amounts: tuple[int, int, int], lasting: int) -> None:
    cpu, memory, requests = amounts
    with session.writing() as life:
        obj = named(session, life.cluster, inv.args[0])
        now = life.cluster.now
        target = f"{obj['kind'].lower()}/{obj['metadata']['name']}"
        until = now + lasting if lasting else None
        load = Load(target, now, until, cpu * _MILLICORE, memory, requests, pods_meant(obj))
        begin(life, load)
        length = f" for {duration_text(lasting)}" if lasting else ""
        inv.out.write(f"{target} is under load: {', '.join(filter(None, _cells(load)))}{length}\n")


def _clear(inv: Invocation, session: Session) -> None:
    with session.writing() as life:
        loads = active(life.cluster)
        names = [
            (obj["metadata"].get("namespace"), f"{obj['kind'].lower()}/{obj['metadata']['name']}")
            for obj in (named(session, life.cluster, argument) for argument in inv.args)
        ]
        for name in names:
            if name not in [(load.pods["namespace"], load.target) for load in loads]:
                raise UserError(f'there is no load on {name[1]}; "sim load" shows those that there are')
        for load in loads:
            if not names or (load.pods["namespace"], load.target) in names:
                end(life, load)
                inv.out.write(f"{load.target} is under load no more\n")


def _amount(text: str, flag: str, read: object) -> int:
    """The amount of a flag, 0 if it is not given; UserError for one that cannot be read."""
    assert callable(read)
    try:
        amount = int(read(text)) if text else 0
    except ValueError:
        amount = -1
    if amount < 0:
        raise UserError(f'"{text}" is no amount for {flag}; 400m and 200Mi are')
    return amount


def _cells(load: Load) -> list[str]:
    return [
        f"cpu {load.cpu // _MILLICORE}m" if load.cpu else "",
        f"memory {load.memory >> 20}Mi" if load.memory else "",
        f"{load.requests} requests a second" if load.requests else "",
    ]


def _table(cluster: Cluster) -> str:
    loads = active(cluster)
    if not loads:
        return "no load\n"
    rows = [["NAMESPACE", "WORKLOAD", "LOAD", "PODS", "AGE", "ENDS"]]
    for load in loads:
        ends = "when cleared" if load.until is None else f"in {human_duration(load.until - cluster.now)}"
        sharers, age = len(load.sharers(cluster, cluster.now)), human_duration(cluster.now - load.since)
        what = ", ".join(filter(None, _cells(load)))
        rows.append([load.pods["namespace"], escape_terminal(load.target), what, str(sharers), age, ends])
    return "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))


COMMAND = Command(
    name="load",
    use="sim load [TYPE/NAME] [--cpu CPU] [--memory MEMORY] [--requests N] [--for TIME] [--clear]",
    short="Put load on workloads, which top shows and autoscalers follow",
    long=(
        "Let the pods of a workload use cpu and memory, beside what they use when idle. The pods that are ready share "
        "it: 400m of cpu on four pods are 100m each. A pod uses no more cpu than its limit; one that would need more "
        "memory than its limit is killed. Requests use cpu by what a request costs a program of the image's sort.\n\n"
        "A load lasts until it is cleared, or for as long as --for says; a second one on the same workload takes the "
        "place of the first. Without arguments, list the loads."
    ),
    examples=(
        ("Ten minutes of load", "sim load deployment/web --cpu 400m --for 10m"),
        ("Memory as well", "sim load deployment/web --cpu 2 --memory 1Gi"),
        ("Users come", "sim load deployment/php-apache --requests 100"),
        ("What is under load", "sim load"),
        ("No more", "sim load --clear"),
    ),
    run=run,
)
