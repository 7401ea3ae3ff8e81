"""The volumes of a pod cannot be set up on its node."""

from __future__ import annotations

import re

from kubesim.controllers.kubelet.configuration import volume_problems
from kubesim.controllers.scheduler import claims
from kubesim.sim import node_files
from kubesim.views.why.pods.scheduling import claim_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.views.why.model import Cause, Repair
    from kubesim.views.why.pods.case import PodCase


def not_mounted(case: PodCase) -> Cause | None:
    """A claim is not bound, or a path of the node is of another type: the kubelet tries again and again."""
    if case.work is None or "mounts" not in case.work.record:
        return None
    for name in claims.names(case.pod):
        found = claim_problem(case, name)
        if found is not None:
            return found._replace(retry="mount")
    problems = volume_problems(case.work)
    if not problems:
        return None
    path = _host_path(case, problems[0])
    text = problems[0].partition(" : ")[2] or problems[0]
    if path is None:
        return case.cause("NotMounted", f"a volume cannot be set up: {text}", retry="mount")
    source = path["hostPath"]
    node, kind = case.spec["nodeName"], source["type"]
    text = f"volume {path['name']} needs {source['path']} on node {node} to be a {kind}, which it is not"
    if kind in ("Directory", "File"):
        return case.cause("HostPathType", text, _with_path(case, path, type=f"{kind}OrCreate"), retry="mount")
    known = node_files.paths_of(kind)
    repairs = [case.target.undo(), *(_with_path(case, path, path=one) for one in known[:1] if kind == "Socket")]
    if kind == "Socket" and known:
        text += f"; its container runtime listens on {known[0]}"
    unchecked = _with_path(case, path, type="")._replace(note="without the check: nothing that works is mounted")
    return case.cause("HostPathType", text, *repairs, unchecked, retry="mount")


def _with_path(case: PodCase, volume: Obj, **change: str) -> Repair:
    return case.target.patch({"volumes": [{"name": volume["name"], "hostPath": change}]})


def _host_path(case: PodCase, problem: str) -> Obj | None:
    """The volume of the node's path that the problem is about."""
    found = re.search(r'for volume "([^"]+)" : hostPath', problem)
    return next((v for v in case.spec.get("volumes") or () if found and v["name"] == found[1]), None)
