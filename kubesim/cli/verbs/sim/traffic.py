"""``kubesim sim traffic``: a stream of requests to a Service, and what becomes of them."""

from __future__ import annotations

from kubesim.api.meta import key_of, kind_of
from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.cli.signature import Annotated, Duration, Option, OptionGroup
from kubesim.cli.support.session import Session
from kubesim.cluster import CONTROLLER, Client
from kubesim.errors import UserError
from kubesim.network.model import Rules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster
    from kubesim.views.traffic.model import Traffic

_USUAL = Rules()
MOST = 1_000_000


class TrafficOptions(OptionGroup):
    """How requests are sent, and how they are answered."""

    for_: Annotated[
        Duration, Option(help="How long requests are sent; while a rollout is under way, until it is over, else 10s.")
    ] = 0
    rate: Annotated[int, Option(help="How many requests are sent a second.")] = _USUAL.rate
    request_time: Annotated[Duration, Option(help="How long a server takes for an answer.")] = _USUAL.length
    propagation: Annotated[
        Duration, Option(help="How long it takes from a change of the endpoints until kube-proxy goes by it.")
    ] = _USUAL.propagation
    drain: Annotated[
        bool, Option(help="Servers that obey SIGTERM finish what they are at; with --drain=false they drop it.")
    ] = _USUAL.drains
    connections: Annotated[
        int, Option(help="How many connections are kept open for the requests; 0 means a new one for each request.")
    ] = _USUAL.connections
    retries: Annotated[int, Option(help="How many more times a request that was refused is tried.")] = _USUAL.retries

    def rules(self) -> Rules:
        """The rules that the flags ask for; UserError for some that cannot be."""
        for name, value, least in (
            ("rate", self.rate, 1),
            ("request-time", self.request_time, 1),
            ("propagation", self.propagation, 0),
            ("connections", self.connections, 0),
            ("retries", self.retries, 0),
        ):
            if not least <= value <= MOST:
                raise UserError(f"invalid --{name}: it must be between {least} and {MOST}")
        return Rules(self.rate, self.request_time, self.propagation, self.drain, self.connections, self.retries)


def run(
    inv: Invocation,
    *,
    options: TrafficOptions,
    last: Annotated[
        bool,
        Option(help="Send them during the last rollout, which is led again from the journal, instead of from now on."),
    ] = False,
    port: Annotated[str, Option(help="The name or the number of the Service's port; its first if left out.")] = "",
    output: Annotated[
        str, Option("o", help="How the result is printed: as text, json or csv.", choices=("text", "json", "csv"))
    ] = "text",
) -> None:
    if len(inv.args) != 1:
        raise inv.usage_error("exactly one SERVICE is required")
    if output not in ("text", "json", "csv"):
        raise UserError(f'unknown output format "{output}": it is one of text, json, csv')
    rules = options.rules()
    session = Session.of(inv)
    if last:
        inv.out.write(_of_last_rollout(session, inv.args[0], port, rules, options.for_, output))
        return
    from kubesim.views.traffic import report
    from kubesim.views.traffic.following import follow
    from kubesim.views.traffic.recorder import KINDS

    with session.follow(*KINDS) as follower:
        service = _service(session, follower.cluster, inv.args[0])
        chosen = _port(service, port)
        if output == "text":
            inv.out.write(f"{report.model_text(_title(service, chosen), rules)}\n")
            inv.out.flush()
        traffic = follow(follower, service, chosen, rules, options.for_)
    inv.out.write(_written(output, traffic))


def _written(output: str, traffic: Traffic) -> str:
    from kubesim.views.traffic import report, tables

    return {"text": report.as_text, "json": tables.as_json, "csv": tables.as_csv}[output](traffic)


def _of_last_rollout(session: Session, argument: str, port: str, rules: Rules, length: int, output: str) -> str:
    """What became of the requests during the last rollout that the journal has; UserError if it has none."""
    from kubesim.views.timeline.past import recorded_past
    from kubesim.views.traffic import report
    from kubesim.views.traffic.origins import workloads_behind
    from kubesim.views.traffic.past import PastRequests

    client = session.read()
    service = _service(session, client.cluster, argument)
    chosen, name = _port(service, port), f"service/{service['metadata']['name']}"
    workloads = [key_of(workload) for workload in workloads_behind(client.cluster, service)]
    past = recorded_past(session.simulation, service["metadata"]["namespace"], PROGRAM, workloads)
    rollouts = [(workload, window) for workload in workloads if (window := past.last_rollout(workload)) is not None]
    if not rollouts:
        raise UserError(f"the journal does not know of a rollout of what is behind {name}")
    workload, window = max(rollouts, key=lambda rollout: rollout[1].start)
    lead = max(rules.propagation, window.start - window.begin)
    requests = PastRequests(past.led_again(), key_of(service), chosen, rules, window.start, lead)
    traffic, is_whole = requests.of_rollout(length)
    title = f"{workload.kind.lower()}/{workload.name}"
    if traffic is None or not traffic.total:
        raise UserError(f"no time has passed since {title} was changed; without --last, requests are sent from now on")
    if output != "text":
        return _written(output, traffic)
    which = report.rollout_text(title, window.start, is_whole=is_whole)
    return f"{report.model_text(_title(service, chosen), rules)}\n{which}\n\n{_written(output, traffic)}"


def _title(service: Obj, port: Obj) -> str:
    return f"service/{service['metadata']['name']}, port {port['port']}"


def _service(session: Session, cluster: Cluster, argument: str) -> Obj:
    """The Service of that name; UserError for one whose requests do not go through kube-proxy to pods."""
    from kubesim.cli.support.resource_builder import Request

    client = Client(cluster, CONTROLLER)
    asked = argument if "/" in argument else f"service/{argument}"
    found = next(iter(Request(args=[asked], namespace=session.namespace(client), single_type=True).resolve(client)))
    service = found.live(client)
    name = f"service/{service['metadata']['name']}"
    if kind_of(service) != "Service":
        raise UserError(f"{argument} is no Service; requests are sent to one")
    from kubesim.views.traffic.services import why_unknown

    if reason := why_unknown(service):
        raise UserError(f"{name} {reason}")
    return service


def _port(service: Obj, asked: str) -> Obj:
    """The port that is asked for, the first if none is; UserError where there is none."""
    ports: list[Obj] = service["spec"].get("ports") or []
    for port in ports:
        if asked in ("", port.get("name"), str(port["port"])):
            return port
    raise UserError(f"service/{service['metadata']['name']} has no port {asked}".rstrip())


COMMAND = Command(
    name="traffic",
    use="sim traffic service/NAME [--last] [--for TIME] [--rate N] [-o json|csv]",
    short="Send requests to a Service, and count what becomes of them",
    long=(
        "Send a stream of simulated requests to a Service while the cluster lives on, and count which are answered, "
        "refused or cut, and by which revision. Where a rollout is under way it lasts until that is over and the old "
        "pods are gone, else 10 seconds.\n\n"
        "The model: requests are sent at equal distances and go to the Service's ready endpoints in turn; where there "
        "are none, to pods that are being deleted and still serve, as kube-proxy does it. kube-proxy learns of a "
        "change of the endpoints after --propagation. A pod that is deleted runs its preStop hook first; then it is "
        "sent SIGTERM, on which a server that obeys accepts no more connections and, unless --drain=false, finishes "
        "what it is at; one that does not obey is killed when its grace period is over, with what it is at. A "
        "connection to a port on which nothing listens is refused, and from a node that is down nothing comes back. "
        "With --connections requests go over connections that stay with their pod as long as that accepts requests. "
        "NetworkPolicies and sessionAffinity are not considered.\n\n"
        "Of what happened shortly before it begins it knows what the pods show that are still there.\n\n"
        "With --last the requests are sent from the last change of a pod template behind the Service on, as they would "
        "have been if somebody had sent them then: what was lived since is led again from the journal, and nothing is "
        "changed. A rollout that is not over is shown up to now."
    ),
    examples=(
        ("Does this rollout fail requests?", "sim traffic service/web"),
        ("How many requests the last rollout failed", "sim traffic service/web --last"),
        ("Half a minute, 200 requests a second", "sim traffic service/web --for 30s --rate 200"),
        ("Clients that keep their connections open and try again", "sim traffic web --connections 20 --retries 2"),
        ("As data", "sim traffic service/web -o csv"),
    ),
    run=run,
)
