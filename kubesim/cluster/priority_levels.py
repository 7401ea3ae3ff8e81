"""The PriorityLevelConfigurations of every cluster: there from the beginning, and not stored.

One that a client changed is stored, and replaces the derived one.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339
from kubesim.cluster.flow_schemas import AUTO_UPDATED
from kubesim.kinds import built_in
from kubesim.kinds.common.flow_control import PRIORITY_LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

# Serials of uids that no object gets which is made in its time.
_FIRST_SERIAL = 2**31 + 3000


def with_local(stored: Sequence[Obj], seed: int, epoch: int) -> list[Obj]:
    """The stored levels and those of every cluster, by name; ``epoch`` (ms) is their beginning."""
    objs = {name: _local(name, seed, epoch) for name in PRIORITY_LEVELS}
    objs.update({obj["metadata"]["name"]: obj for obj in stored})
    return [objs[name] for name in sorted(objs)]


def _local(name: str, seed: int, epoch: int) -> Obj:
    return {
        "apiVersion": built_in("PriorityLevelConfiguration").api_version,
        "kind": "PriorityLevelConfiguration",
        "metadata": {
            "name": name,
            "annotations": AUTO_UPDATED,
            "creationTimestamp": rfc3339(epoch),
            "generation": 1,
            "resourceVersion": "1",
            "uid": uid_of(seed, _FIRST_SERIAL + list(PRIORITY_LEVELS).index(name)),
        },
        "spec": PRIORITY_LEVELS[name],
        "status": {},
    }
