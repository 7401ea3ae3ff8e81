"""A pod has no node: it is held back, nobody schedules it, its claims are not there, or no node takes it."""

from __future__ import annotations

from kubesim.api.meta import condition_of
from kubesim.controllers.scheduler import claims
from kubesim.controllers.scheduler.controller import COMPONENT
from kubesim.sim.images.slips import nearest
from kubesim.views.why.claims import new_claim
from kubesim.views.why.model import command
from kubesim.views.why.pods.nodes import no_node
from kubesim.views.words import listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import PodCase


def unscheduled(case: PodCase) -> Cause | None:
    """Why the pod has no node."""
    if case.spec.get("nodeName"):
        return None
    for find in (_gated, _foreign_scheduler, _claims, _no_node, _waits_for_volumes, _looks):
        found = find(case)
        if found is not None:
            return found
    return None


def _gated(case: PodCase) -> Cause | None:
    gates = [gate["name"] for gate in case.spec.get("schedulingGates") or ()]
    if not gates:
        return None
    body = '[{"op":"remove","path":"/spec/schedulingGates"}]'
    repair = command("patch", titled(case.pod), "--type=json", "-p", body)
    what = f"the gate {gates[0]} is" if len(gates) == 1 else f"the gates {listed(gates)} are"
    return case.cause("SchedulingGated", f"it is not to be scheduled before {what} removed", repair)


def _foreign_scheduler(case: PodCase) -> Cause | None:
    name = case.spec.get("schedulerName", COMPONENT)
    if name == COMPONENT:
        return None
    repair = case.target.patch({"schedulerName": COMPONENT})
    return case.cause("NoScheduler", f"it waits for a scheduler called {name}, and there is none", repair)


def _no_node(case: PodCase) -> Cause | None:
    """No node takes the pod; where it is for the want of a volume, the claim has the cause."""
    found = no_node(case)
    if found is not None and found.code == "NoVolume":
        of_claims = (claim_problem(case, name) for name in claims.names(case.pod))
        return next(filter(None, of_claims), found)
    return found


def _claims(case: PodCase) -> Cause | None:
    """The claims without which no node will do."""
    if claims.problem(case.cluster, case.pod) is None:
        return None
    for name in claims.names(case.pod):
        found = claim_problem(case, name)
        if found is not None:
            return found
    return None


def claim_problem(case: PodCase, name: str) -> Cause | None:
    """Why a claim of the pod is of no use."""
    claim = case.cluster.find("PersistentVolumeClaim", case.key.namespace, name)
    if claim is None:
        return case.cause(
            "ClaimMissing", f"its claim pvc/{name} is not there", *_claims_for(case, name), retry="schedule"
        )
    causes = case.inquiry.causes_of(claim)
    if not causes:
        return None
    root = causes[0]
    text = f"its claim pvc/{name} is not bound: {root.text}"
    return root._replace(text=text, pods=(case.key,), since=case.since, sort=root.of_any_node)


def _claims_for(case: PodCase, name: str) -> list[Repair]:
    """The claim that was meant, if one is near; else a new one."""
    known = [claim["metadata"]["name"] for claim in case.cluster.list("PersistentVolumeClaim", case.key.namespace)]
    near = nearest(name, known)
    volumes = [
        {"name": volume["name"], "persistentVolumeClaim": {"claimName": near}}
        for volume in case.spec.get("volumes") or ()
        if volume.get("persistentVolumeClaim", {}).get("claimName") == name
    ]
    return [*([case.target.patch({"volumes": volumes})] if near and volumes else ()), new_claim(name)]


def _waits_for_volumes(case: PodCase) -> Cause | None:
    """A node is found, and the volumes are being bound or made there."""
    waiting = case.cluster.noted("scheduler").get("waiting", {}).get(f"{case.key.namespace}/{case.key.name}", {})
    if "node" not in waiting:
        return None
    for name in claims.names(case.pod):
        found = claim_problem(case, name)
        if found is not None:
            return found
    return case.cause("BindsVolumes", f"its volumes are being bound on node {waiting['node']}", is_stage=True)


def _looks(case: PodCase) -> Cause:
    scheduled = condition_of(case.pod, "PodScheduled")
    why = "it was refused before" if scheduled is not None and scheduled["status"] == "False" else "it is new"
    return case.cause("FindsNode", f"a node is being found for it: {why}", is_stage=True, retry="schedule")
