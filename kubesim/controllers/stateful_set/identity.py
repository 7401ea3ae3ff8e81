"""The identity of a StatefulSet's pods: ordinals and names.

Mirrors pkg/controller/statefulset/stateful_set_utils.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, labels_of
from kubesim.api.well_known import POD_INDEX_LABEL, STATEFUL_SET_POD_NAME_LABEL


def parent_and_ordinal(pod: Obj) -> tuple[str, int]:
    """``db-1`` is of ``db`` and has the ordinal 1; what has no number at its end has the ordinal -1."""
    parent, _, number = str(pod["metadata"]["name"]).rpartition("-")
    if not parent or not (number.isascii() and number.isdigit()):
        return "", -1
    return parent, int(number)


def ordinal_of(pod: Obj) -> int:
    return parent_and_ordinal(pod)[1]


def is_member(obj: Obj, pod: Obj) -> bool:
    """Whether the pod's name makes it one of the StatefulSet's. Mirrors isMemberOf."""
    return bool(parent_and_ordinal(pod)[0] == obj["metadata"]["name"])


def ordinals(obj: Obj) -> range:
    """The ordinals that the StatefulSet is to have pods of."""
    start = int(dig(obj, "spec", "ordinals", "start", default=0))
    return range(start, start + int(obj["spec"]["replicas"]))


def pod_name(obj: Obj, ordinal: int) -> str:
    return f"{obj['metadata']['name']}-{ordinal}"


def identity_labels(obj: Obj, ordinal: int) -> dict[str, str]:
    """The labels by which one pod is picked out. Mirrors updateIdentity."""
    return {STATEFUL_SET_POD_NAME_LABEL: pod_name(obj, ordinal), POD_INDEX_LABEL: str(ordinal)}


def identity_matches(obj: Obj, pod: Obj) -> bool:
    """Whether the pod, which is a member, says so in its label."""
    return is_member(obj, pod) and labels_of(pod).get(STATEFUL_SET_POD_NAME_LABEL) == pod["metadata"]["name"]
