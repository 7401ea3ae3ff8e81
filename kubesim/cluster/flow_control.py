"""The FlowSchemas and priority levels of every cluster: there from the beginning, and not stored.

One that a client changed is stored, and replaces the derived one.  Mirrors kube-apiserver's pkg/registry/flowcontrol/
ensurer and apiserver's API Priority and Fairness controller, which writes the status.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.kinds import built_in
from kubesim.kinds.common.flow_control import FLOW_SCHEMAS, PRIORITY_LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_SPECS = {"FlowSchema": FLOW_SCHEMAS, "PriorityLevelConfiguration": PRIORITY_LEVELS}
# Serials of uids that no object gets which is made in its time.
_FIRST_SERIALS = {"FlowSchema": 2**31 + 2000, "PriorityLevelConfiguration": 2**31 + 3000}


def names(kind: str, _profile: str) -> list[tuple[str, str]]:
    """Namespace and name of each."""
    return [("", name) for name in _SPECS[kind]]


def made(kind: str, _namespace: str, name: str, seed: int, epoch: int) -> Obj:
    """The one of that name; ``epoch`` (ms) is its beginning."""
    spec = _SPECS[kind][name]
    status: Obj = {}
    if kind == "FlowSchema":
        status["conditions"] = [dangling_condition(spec["priorityLevelConfiguration"]["name"], epoch, is_there=True)]
    return {
        "apiVersion": built_in(kind).api_version,
        "kind": kind,
        "metadata": {
            "name": name,
            "annotations": {"apf.kubernetes.io/autoupdate-spec": "true"},
            "creationTimestamp": rfc3339(epoch),
            "generation": 1,
            "resourceVersion": "1",
            "uid": uid_of(seed, _FIRST_SERIALS[kind] + list(_SPECS[kind]).index(name)),
        },
        "spec": spec,
        "status": status,
    }


def dangling_condition(level: str, instant: int, *, is_there: bool) -> Obj:
    """Whether the priority level is missing, since ``instant`` (ms)."""
    what = f'This FlowSchema references the PriorityLevelConfiguration object named "{level}"'
    return {
        "lastTransitionTime": rfc3339(instant),
        "message": f"{what} and it exists" if is_there else f"{what} but there is no such object",
        "reason": "Found" if is_there else "NotFound",
        "status": "False" if is_there else "True",
        "type": "Dangling",
    }
