"""The APIServices of the groups that the API server itself serves: there from the beginning, and not stored.

They follow from discovery; one that a client changed is stored, and replaces the derived one.  Mirrors
kube-aggregator's autoregister controller and the priorities of kube-apiserver's aggregator.go.
"""

from __future__ import annotations

from kubesim.api.identity import uid_of
from kubesim.api.meta import rfc3339, with_metadata
from kubesim.api.well_known import AUTO_REGISTER_MANAGED_LABEL
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


# Of each group's version: the group's priority, and the version's within it.
_PRIORITIES = {
    "v1.": (18000, 1),
    "v1.apps": (17800, 15),
    "v1.events.k8s.io": (17750, 15),
    "v1.authentication.k8s.io": (17700, 15),
    "v1.authorization.k8s.io": (17600, 15),
    "v1.autoscaling": (17500, 15),
    "v2.autoscaling": (17500, 30),
    "v1.batch": (17400, 15),
    "v1.certificates.k8s.io": (17300, 15),
    "v1.networking.k8s.io": (17200, 15),
    "v1.policy": (17100, 15),
    "v1.rbac.authorization.k8s.io": (17000, 15),
    "v1.storage.k8s.io": (16800, 15),
    "v1.apiextensions.k8s.io": (16700, 15),
    "v1.admissionregistration.k8s.io": (16700, 15),
    "v1.scheduling.k8s.io": (16600, 15),
    "v1.coordination.k8s.io": (16500, 15),
    "v1.node.k8s.io": (16300, 15),
    "v1.discovery.k8s.io": (16200, 15),
    "v1.resource.k8s.io": (16200, 21),
    "v1.flowcontrol.apiserver.k8s.io": (16100, 21),
}


# Serials of uids that no object gets which is made in its time.
_FIRST_SERIAL = 2**31


def names(_kind: str, _profile: str) -> list[tuple[str, str]]:
    """Namespace and name of those that every cluster has."""
    return [("", name) for name in _PRIORITIES]


def made(_kind: str, _namespace: str, name: str, seed: int, epoch: int) -> Obj:
    """One of them; ``epoch`` (ms) is its beginning."""
    return _local(name, seed, epoch)


def registered_again(old: Obj, uid: str, seed: int, now: int) -> Obj | None:
    """What the API server registers at ``now`` (ms) where one of its own was deleted; None of other people's."""
    name = old["metadata"]["name"]
    return with_metadata(_local(name, seed, now), uid=uid) if name in _PRIORITIES else None


def _local(name: str, seed: int, epoch: int) -> Obj:
    version, _, group = name.partition(".")
    priority, version_priority = _PRIORITIES[name]
    begun = rfc3339(epoch)
    return {
        "apiVersion": built_in("APIService").api_version,
        "kind": "APIService",
        "metadata": {
            "name": name,
            "labels": {AUTO_REGISTER_MANAGED_LABEL: "onstart"},
            "creationTimestamp": begun,
            "resourceVersion": "1",
            "uid": uid_of(seed, _FIRST_SERIAL + list(_PRIORITIES).index(name)),
        },
        "spec": {
            **({"group": group} if group else {}),
            "groupPriorityMinimum": priority,
            "version": version,
            "versionPriority": version_priority,
        },
        "status": {
            "conditions": [
                {
                    "lastTransitionTime": begun,
                    "message": "Local APIServices are always available",
                    "reason": "Local",
                    "status": "True",
                    "type": "Available",
                }
            ]
        },
    }
