"""Traffic in words and a table, for whoever learns what a rollout does to requests."""

from __future__ import annotations

from kubesim.api.meta import SECOND, rfc3339
from kubesim.golang.tabwriter import TabWriter
from kubesim.network import model
from kubesim.network.model import ANSWERED, OUTCOMES
from kubesim.views.lengths import length_text
from kubesim.views.words import counted, title_of_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.network.model import Fate, Rules
    from kubesim.views.traffic.model import Failure, Origin, Traffic

RECREATE = "Recreate ends all old pods before it makes new ones. RollingUpdate does not."

#: Why requests fail, and what keeps them from it; ``sleep`` is in seconds.
_CAUSES = {
    model.NO_ENDPOINT: (
        "no pod was ready",
        "What the Service finds:\n  get endpointslices -l kubernetes.io/service-name={service}",
    ),
    model.NOT_LISTENING: (
        "no container listens on the targetPort",
        "The Service's targetPort must be a port on which a container listens.",
    ),
    model.STARTING: (
        "the pod counted as ready before it listened",
        "A readinessProbe keeps requests away from a pod until it answers.",
    ),
    model.STOPPED: (
        "the pod had stopped; kube-proxy did not know",
        "A preStop hook keeps a pod serving until kube-proxy knows that it ends:\n"
        "  lifecycle: {{preStop: {{sleep: {{seconds: {sleep}}}}}}}",
    ),
    model.STOPPING: (
        "the server did not finish after SIGTERM",
        "A server has to finish what it is at when it gets SIGTERM.",
    ),
    model.KILLED: (
        "killed at the end of its grace period",
        "A server has to obey SIGTERM, and to finish within its\nterminationGracePeriodSeconds.",
    ),
    model.CRASHED: ("the server had ended", "The log of the instance before shows how it ended: logs --previous."),
    model.UNHEALTHY: (
        "the server answered with an error",
        "A readinessProbe on what clients ask for keeps requests away from a pod that\nfails.",
    ),
    model.NODE_DOWN: (
        "the pod's node was down",
        "The pods of a node that died get requests until it is NotReady, some 50 s later.",
    ),
}


def model_text(title: str, rules: Rules) -> str:
    """Where requests are sent, and by what rules they are answered, in lines of 80 columns."""
    from textwrap import fill

    over = f"over {rules.connections} connections that are kept open" if rules.connections else "over a new connection"
    tries = {0: "not tried again", 1: "tried once more"}.get(rules.retries, f"tried {rules.retries} times more")
    sentences = (
        f"{rules.rate} requests a second to {title}, each {over}.",
        f"An answer takes {rules.length} ms. What is refused is {tries}.",
        f"kube-proxy follows endpoints {rules.propagation} ms later.",
        f"Servers {'finish' if rules.drains else 'drop'} what they are at on SIGTERM.",
    )
    return fill(" ".join(sentences), 79) + "\n"


def rollout_text(title: str, begin: int, *, is_whole: bool) -> str:
    """During which rollout, which began at an instant (ms), requests were sent: all of it, or as far as it has come."""
    return f"During the last rollout of {title}, from {rfc3339(begin)} {'on' if is_whole else 'up to now'}:"


def summary(traffic: Traffic) -> str:
    """``170 requests to service/web: 156 answered (64 by revision 1, 92 by revision 2), 14 refused``."""
    counts = traffic.counts()
    origins = sorted({origin for _, origin in counts if origin is not None})
    several = len({origin.workload for origin in origins}) > 1
    texts = []
    for outcome in OUTCOMES:
        total = sum(count for (which, _), count in counts.items() if which == outcome)
        by = [(counts[outcome, origin], _title(origin, several).lower()) for origin in origins]
        if total:
            texts.append(f"{total} {outcome}{_by(by) if outcome == ANSWERED else ''}")
    answers = ", ".join(texts) or "none was sent"
    return f"{counted(traffic.total, 'request')} to {title_of_key(traffic.service)}: {answers}"


def _by(counts: Sequence[tuple[int, str]]) -> str:
    """By whom requests were answered: `` by revision 1``, or how many by whom."""
    there = [(count, title) for count, title in counts if count]
    if len(there) == 1:
        return f" by {there[0][1]}"
    return f" ({', '.join(f'{count} by {title}' for count, title in there)})" if there else ""


def as_text(traffic: Traffic) -> str:
    """What became of the requests: a sentence, a table by revision, why those failed that did, and what helps."""
    parts = [_sentence(traffic)]
    if traffic.total:
        parts.append(_table(traffic))
    failures = traffic.failures()
    if failures:
        parts.append(_reasons(traffic, failures))
        parts.append("".join(f"{line}\n" for line in _advice(traffic, failures)))
    return "\n".join(parts)


def _advice(traffic: Traffic, failures: list[Failure]) -> Iterator[str]:
    """What keeps requests from failing so; where pods are missing, their end is not what matters."""
    rules, causes = traffic.rules, dict.fromkeys(failure.fate.cause for failure in failures)
    sleep = -(-(rules.propagation + (0 if rules.drains else rules.length)) // SECOND)
    for cause in causes:
        if cause == model.NO_ENDPOINT and traffic.is_recreated:
            yield RECREATE
        elif cause != model.STOPPED or model.NO_ENDPOINT not in causes:
            yield _CAUSES[cause][1].format(sleep=sleep, service=traffic.service.name)


def _sentence(traffic: Traffic) -> str:
    total, failed, length = traffic.total, traffic.failed, length_text(traffic.end - traffic.begin)
    if not failed:
        return f"{total} requests in {length}: all were answered\n"
    share = f"{100 * failed / total:.1f}".removesuffix(".0")
    return f"{total} requests in {length}: {total - failed} were answered, {failed} failed ({share}%)\n"


def _table(traffic: Traffic) -> str:
    counts = traffic.counts()
    origins = sorted({origin for _, origin in counts if origin is not None})
    columns: list[Origin | None] = [*origins, *([None] if any(origin is None for _, origin in counts) else [])]
    several = len({origin.workload for origin in origins}) > 1
    rows = [["", *(_title(origin, several) for origin in columns), "ALL"]]
    for outcome in OUTCOMES:
        row = [counts.get((outcome, origin), 0) for origin in columns]
        if any(row):
            rows.append([outcome, *(str(count or "-") for count in row), str(sum(row))])
    return "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))


def _title(origin: Origin | None, several: bool) -> str:
    if origin is None:
        return "NO POD"
    if not origin.revision:
        return origin.workload.upper()
    return f"{origin.workload.upper()} {origin.revision}" if several else f"REVISION {origin.revision}"


def _reasons(traffic: Traffic, failures: list[Failure]) -> str:
    rows = [["FAILED", "FROM", "TO", "WHY"]]
    for failure in failures:
        begin, end = (length_text(instant - traffic.begin) for instant in (failure.begin, failure.end))
        rows.append([str(failure.count), begin, end, why_failed(failure.fate)])
    return "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))


def why_failed(fate: Fate) -> str:
    """``refused: no pod was ready``."""
    return f"{fate.outcome}: {_CAUSES[fate.cause][0]}"
