"""How long containers live: judged as they start, and anew when what they wait for changes.

The end of a container is seen by the relist that follows it (pkg/kubelet/pleg): until then it runs, for all that the
API server knows.  Relists are a second apart, counted from each container's start.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, key_of, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.containers.made_secrets import secret_made
from kubesim.containers.main_program import Life, life_of
from kubesim.controllers.kubelet.places import reached_by
from kubesim.controllers.kubelet.present import place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Change, Cluster
    from kubesim.containers.evaluation.targets import Aim
    from kubesim.containers.place import Place
    from kubesim.controllers.kubelet.network import PodNetwork
    from kubesim.controllers.kubelet.pod_work import PodWork
    from kubesim.controllers.kubelet.records import ContainerRecord

# The period of the pod lifecycle event generator.
RELIST = 1 * SECOND

OUT_OF_MEMORY = "OOMKilled"


def judge(work: PodWork, container: Obj, kept: ContainerRecord) -> Life:
    """How the instance that started at ``on`` lives, by what it can reach now and reached before."""
    place = place_of(work, container)
    life = life_of(place)
    if life.tried:
        life = _judge_reaching(work, place, kept, life)
    if life.asked:
        life = _judge_answers(work, place, kept, life)
    if work.cluster.noted("loads"):
        from kubesim.controllers.kubelet.memory_load import under_load

        return under_load(work, container, kept, life)
    return life


def _judge_reaching(work: PodWork, place: Place, kept: ContainerRecord, life: Life) -> Life:
    """What is reached shows what is tried next."""
    age = work.now - kept["on"]
    reached = reached_by(kept)
    life = life_of(place, reached)
    asked: set[Aim] = set()
    while new := [(aim, used) for aim, used in life.tried if aim not in asked]:
        for aim, used in new:
            asked.add(aim)
            _note(work, reached, aim, age, is_used=used is not None and used <= age)
        life = life_of(place, reached)
    kept["reached"] = dict(sorted((aim.text, instant) for aim, instant in reached.items()))
    kept["awaits"] = _awaited(work, life, age)
    if not kept["awaits"]:
        del kept["awaits"]
    return life


def _judge_answers(work: PodWork, place: Place, kept: ContainerRecord, life: Life) -> Life:
    """What a client gets shows what is asked next."""
    from kubesim.containers.inquiries import text_of

    age = work.now - kept["on"]
    known: set[str] = set()
    while new := [(command, last) for command, last in life.asked if command not in known]:
        known.update(command for command, _ in new)
        due = [command for command, last in new if last is None or last >= age]
        if not sum(_note_answers(work, place, kept, command, age) for command in due):
            break
        life = _judge_reaching(work, place._replace(answers=text_of(kept["answers"])), kept, life)
    return life


def _note_answers(work: PodWork, place: Place, kept: ContainerRecord, command: str, age: int) -> bool:
    """Find out what a command gets now; whether that is another answer than before."""
    from kubesim.containers.inquiries import answers_of, noted
    from kubesim.controllers.kubelet.network import network_of
    from kubesim.controllers.kubelet.traces import Traces
    from kubesim.golang.json import loads

    pod = {**work.pod, "status": {**work.pod["status"], "podIP": work.pod_ip()}}

    traces: list[Traces] = []

    def network(turn: int) -> PodNetwork:
        traces.append(Traces(turn, is_forecast=True))
        return network_of(work.cluster, pod, traces=traces[-1])

    before = kept.get("answers", {}).get(command, [])
    after = noted(before, age, answers_of(place, loads(command), age, network, lambda: traces[0].ways))
    if after == before:
        return False
    kept["answers"] = {**kept.get("answers", {}), command: after}
    return True


def _note(work: PodWork, reached: dict[Aim, int], aim: Aim, age: int, *, is_used: bool) -> None:
    """Note since when a aim can be reached; one that went away before it was used never was."""
    from kubesim.containers.reaching import can_reach

    if is_used and aim in reached:
        return
    if can_reach(work.cluster, work.pod["metadata"]["namespace"], aim):
        reached.setdefault(aim, age)
    else:
        reached.pop(aim, None)


def _awaited(work: PodWork, life: Life, age: int) -> list[str]:
    """The objects on which it still depends how the container goes on."""
    from kubesim.containers.reaching import depends_on

    namespace = work.pod["metadata"]["namespace"]
    going_on = any(last is None or last > age for _, last in life.asked)
    aims = [aim for aim, used in life.tried if used is None or used > age or going_on]
    return sorted({name for aim in aims for name in depends_on(work.cluster, namespace, aim)})


def plan_end(kept: ContainerRecord, life: Life) -> None:
    """Plan the relist that sees the end of a running instance."""
    if kept.get("do", "exit") != "exit":
        return
    for planned in ("do", "due", "ends", "reason"):
        kept.pop(planned, None)  # type: ignore[misc]
    if life.length is not None:
        kept["ends"] = [life.length, life.exit_code]
        if life.is_out_of_memory:
            kept["reason"] = OUT_OF_MEMORY
        relists = max(1, -(-life.length // RELIST))
        kept["do"], kept["due"] = "exit", kept["on"] + relists * RELIST


def plan_end_after(work: PodWork, container: Obj, code: int, reason: str) -> None:
    """Plan the relist that sees that the process of a running container was killed just now."""
    kept = work.container(container["name"])
    for planned in ("reason", "awaits", "probes"):
        kept.pop(planned, None)  # type: ignore[misc]
    kept["ends"] = [work.now - kept["on"], code]
    if reason:
        kept["reason"] = reason
    kept["do"], kept["due"] = "exit", kept["on"] + max(1, -(-kept["ends"][0] // RELIST)) * RELIST


def make_secret(work: PodWork, container: Obj) -> None:
    """Do what the container's program is known to do through the API."""
    secret = secret_made(work.cluster, work.pod, container)
    if secret is not None and work.cluster.find(*key_of(secret)) is None:
        work.cluster.create(secret)


def reconsider(work: PodWork) -> None:
    """Judge anew the running containers that wait for others, and all of them where there is load."""
    has_load = bool(work.cluster.noted("loads"))
    for container in work.containers:
        kept = work.record.get("containers", {}).get(container["name"], {})
        if (has_load or "awaits" in kept) and kept.get("state") == "running":
            plan_end(kept, judge(work, container, kept))


# the pods that wait for others


def note_awaiting(work: PodWork) -> None:
    """Note on what the lives of a pod's containers depend, so that changes of it bring on a sync of the pod."""
    awaited: set[str] = set()
    for kept in work.record.get("containers", {}).values():
        if "awaits" in kept:
            awaited.update(kept["awaits"])
    note_awaited(work.cluster, work.pod["metadata"]["namespace"], work.pod["metadata"]["name"], sorted(awaited))


def note_awaited(cluster: Cluster, namespace: str, name: str, awaited: list[str]) -> None:
    """Note what a pod waits for, as ``reaching.depends_on`` names it; nothing: it waits no more."""
    noted = cluster.noted("kubelet").get("awaiting")
    if not noted and not awaited:
        return
    pod = f"{namespace}/{name}"
    if (noted or {}).get(pod, []) == awaited:
        return
    awaiting = cluster.notes("kubelet").setdefault("awaiting", {})
    awaiting.pop(pod, None)
    if awaited:
        awaiting[pod] = awaited
    elif not awaiting:
        del cluster.notes("kubelet")["awaiting"]


# A life may depend on objects of these kinds.
AWAITED = ("Service", "EndpointSlice", "Pod", "Deployment", "StatefulSet", "DaemonSet", "Job")


def pods_awaiting(cluster: Cluster, change: Change) -> list[Key]:
    """The pods of which a container's life depends on the object that changed."""
    awaiting = cluster.noted("kubelet").get("awaiting")
    if not awaiting:
        return []
    changed = _name_of(change)
    pods = [pod.partition("/") for pod, awaited in sorted(awaiting.items()) if changed in awaited]
    return [Key("Pod", namespace, name) for namespace, _, name in pods]


def _name_of(change: Change) -> str:
    """What changed, as ``reaching.depends_on`` names it."""
    kind, namespace, name = change.key
    if kind == "EndpointSlice":
        kind, name = "Service", labels_of(change.new or change.old or {"metadata": {}}).get(LABEL_SERVICE_NAME, "")
    return f"{kind}/{namespace}/{name}" if kind == "Service" else f"{kind}/{namespace}"
