"""The volumes of a pod cannot be set up on its node."""

from __future__ import annotations

import re

from kubesim.controllers.kubelet.configuration import volume_problems
from kubesim.controllers.scheduler import claims
from kubesim.views.why.pods.scheduling import claim_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.views.why.model import Cause
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
    change = {"volumes": [{"name": path["name"], "hostPath": {"type": f"{kind.removesuffix('OrCreate')}OrCreate"}}]}
    is_made = kind in ("Directory", "File")
    return case.cause("HostPathType", text, case.target.patch(change) if is_made else None, retry="mount")


def _host_path(case: PodCase, problem: str) -> Obj | None:
    """The volume of the node's path that the problem is about."""
    found = re.search(r'for volume "([^"]+)" : hostPath', problem)
    return next((v for v in case.spec.get("volumes") or () if found and v["name"] == found[1]), None)
