"""The pods of a workload that are not as they are wanted, and their causes taken together."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj, dig, is_terminating, key_of, parse_time
from kubesim.controllers.pod_control import available_at, is_terminal
from kubesim.views.lengths import length_text
from kubesim.views.why.model import Cause
from kubesim.views.why.refusals import Refusal, refusal_cause

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry


def causes_of_pods(inquiry: Inquiry, pods: Iterable[Obj]) -> list[Cause]:
    """The causes of several pods, alike ones as one; what is wrong before what is only under way, most pods first."""
    found: dict[tuple[str, str], Cause] = {}
    for pod in pods:
        for cause in inquiry.causes_of(pod):
            same = cause.sameness
            known = found.get(same)
            if known is None:
                found[same] = cause
                continue
            instants = [instant for instant in (known.since, cause.since) if instant is not None]
            text, since = known.text if known.text == cause.text else known.of_any_node, min(instants, default=None)
            found[same] = known._replace(text=text, pods=known.pods + cause.pods, since=since)
    return sorted(found.values(), key=lambda cause: (cause.is_stage, -len(cause.pods)))


def unsteady(inquiry: Inquiry, pods: Iterable[Obj]) -> list[Cause]:
    """Why pods that are ready now will not stay so: those in which a container was restarted before."""
    restarted = [
        pod
        for pod in pods
        if any(one.get("restartCount") for one in dig(pod, "status", "containerStatuses", default=()))
    ]
    return [cause for cause in causes_of_pods(inquiry, restarted) if not cause.is_stage]


def staying(pods: Iterable[Obj]) -> list[Obj]:
    """The pods that are not being deleted."""
    return [pod for pod in pods if not is_terminating(pod)]


def current(pods: Iterable[Obj]) -> list[Obj]:
    """Those of them that count; the ones that have failed only where there are no others, which replaced them."""
    staying_ones = staying(pods)
    return [pod for pod in staying_ones if not is_terminal(pod)] or staying_ones


def refused(cluster: Cluster, owner: Obj, message: str, missing: int, since: int | None) -> Cause:
    """Why pods of an owner are refused that the API server was asked for."""
    return refusal_cause(Refusal(cluster, owner, message, missing, since))


def last_refusal(cluster: Cluster, owner: Obj) -> tuple[str, int] | None:
    """What the latest event about a pod that was refused says, and when (ms) it was recorded first."""
    failed = [event for event in cluster.events_of(owner) if event["reason"] == "FailedCreate"]
    if not failed:
        return None
    latest = max(failed, key=lambda event: str(event.get("lastTimestamp") or event["metadata"]["creationTimestamp"]))
    since = latest.get("firstTimestamp") or latest["metadata"]["creationTimestamp"]
    return str(latest["message"]), parse_time(since)


def not_available_yet(owner: Obj, pods: Iterable[Obj], now: int) -> Cause | None:
    """Pods are ready, and have to stay so for a while."""
    seconds = int(dig(owner, "spec", "minReadySeconds", default=0))
    instants = [
        at for pod in pods if not is_terminal(pod) and (at := available_at(pod, seconds)) is not None and at > now
    ]
    if not instants:
        return None
    left = length_text(min(instants) - now)
    text = f"pods count as available when they were ready for minReadySeconds {seconds}, the next in {left}"
    return Cause("MinReadySeconds", key_of(owner), text, is_stage=True)


def ending_pods(owner: Obj, pods: Iterable[Obj], now: int) -> Cause | None:
    """Old pods are on their way out, the last of them for so long still."""
    ending = [pod for pod in pods if is_terminating(pod)]
    if not ending:
        return None
    last = max(parse_time(pod["metadata"]["deletionTimestamp"]) for pod in ending)
    names = ending[0]["metadata"]["name"] if len(ending) == 1 else f"{len(ending)} pods"
    left = f", {length_text(last - now)} at most" if last > now + SECOND else ""
    return Cause(
        "PodsEnd",
        key_of(owner),
        f"{names} of before {'is' if len(ending) == 1 else 'are'} still ending{left}",
        is_stage=True,
    )
