"""The FlowSchemas of every cluster: there from the beginning, and not stored.

One that a client changed is stored, and replaces the derived one.  Mirrors kube-apiserver's pkg/registry/flowcontrol/
ensurer and apiserver's API Priority and Fairness controller, which writes the status.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.kinds import built_in
from kubesim.kinds.common.flow_control import FLOW_SCHEMAS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

# Serials of uids that no object gets which is made in its time.
_FIRST_SERIAL = 2**31 + 2000

#: Says that the API server keeps the spec as it should be.
AUTO_UPDATED = {"apf.kubernetes.io/autoupdate-spec": "true"}


def with_local(stored: Sequence[Obj], seed: int, epoch: int) -> list[Obj]:
    """The stored FlowSchemas and those of every cluster, by name; ``epoch`` (ms) is their beginning."""
    objs = {name: _local(name, seed, epoch) for name in FLOW_SCHEMAS}
    objs.update({obj["metadata"]["name"]: obj for obj in stored})
    return [objs[name] for name in sorted(objs)]


def _local(name: str, seed: int, epoch: int) -> Obj:
    spec = FLOW_SCHEMAS[name]
    return {
        "apiVersion": built_in("FlowSchema").api_version,
        "kind": "FlowSchema",
        "metadata": {
            "name": name,
            "annotations": AUTO_UPDATED,
            "creationTimestamp": rfc3339(epoch),
            "generation": 1,
            "resourceVersion": "1",
            "uid": uid_of(seed, _FIRST_SERIAL + list(FLOW_SCHEMAS).index(name)),
        },
        "spec": spec,
        "status": {
            "conditions": [dangling_condition(spec["priorityLevelConfiguration"]["name"], epoch, is_there=True)]
        },
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
