"""Objects and their metadata: keys, times, labels, owners, conditions.

An object is the plain JSON dict that ``-o json`` prints.  Objects in the cluster are shared: whoever wants
another one builds it (``copy_of``), nobody changes one in place.
"""

from __future__ import annotations

import time

from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Obj = dict[str, "Any"]

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

#: The labels of a node that its pods get too.
TOPOLOGY = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")


#: The API versions that Kubernetes itself serves.
KUBERNETES_VERSIONS = frozenset(
    (
        *("v1", "admissionregistration.k8s.io/v1", "apiextensions.k8s.io/v1", "apiregistration.k8s.io/v1", "apps/v1"),
        *("authentication.k8s.io/v1", "authorization.k8s.io/v1", "autoscaling/v1", "autoscaling/v2", "batch/v1"),
        *("certificates.k8s.io/v1", "coordination.k8s.io/v1", "discovery.k8s.io/v1", "events.k8s.io/v1"),
        *("flowcontrol.apiserver.k8s.io/v1", "networking.k8s.io/v1", "node.k8s.io/v1", "policy/v1"),
        *("rbac.authorization.k8s.io/v1", "resource.k8s.io/v1", "scheduling.k8s.io/v1", "storage.k8s.io/v1"),
    )
)


def api_version_of(group: str, version: str) -> str:
    """``apps/v1``; ``v1`` of the core group, which has no name."""
    return f"{group}/{version}" if group else version


def kind_key(api_version: str, kind: str) -> str:
    """What stands for a kind in keys: ``Deployment``; ``Widget.example.com`` of a group that is not Kubernetes' own."""
    if api_version in KUBERNETES_VERSIONS:
        return kind
    return f"{kind}.{api_version.rpartition('/')[0]}"


def kind_of(obj: Obj) -> str:
    """What stands for an object's kind in keys."""
    return kind_key(obj["apiVersion"], obj["kind"])


class Key(NamedTuple):
    """What names an object: its kind (see ``kind_key``), namespace ("" for cluster-wide kinds) and name."""

    kind: str
    namespace: str
    name: str


def storage_order(place: tuple[str, str]) -> tuple[str, str]:
    """What a namespace and a name are sorted by: etcd's keys, in which the slash after a namespace follows a dash."""
    namespace, name = place
    return f"{namespace}/", name


def key_of(obj: Obj) -> Key:
    meta, version, kind = obj["metadata"], obj["apiVersion"], obj["kind"]
    return Key(
        kind if version in KUBERNETES_VERSIONS else kind_key(version, kind), meta.get("namespace", ""), meta["name"]
    )


def copy_of(value: Any) -> Any:
    """A deep copy of JSON data; several times faster than ``copy.deepcopy``."""
    if type(value) is dict:
        return {k: copy_of(v) if type(v) in _CONTAINERS else v for k, v in value.items()}
    if type(value) is list:
        return [copy_of(v) if type(v) in _CONTAINERS else v for v in value]
    return value


_CONTAINERS = (dict, list)


def dig(obj: Any, *path: str, default: Any = None) -> Any:
    """The value under ``path``, or ``default`` where any step is missing or null."""
    for step in path:
        if not isinstance(obj, dict):
            return default
        obj = obj.get(step)
    return default if obj is None else obj


@lru_cache(maxsize=1024)  # what happens at one instant has the same stamp
def rfc3339(ms: int) -> str:
    """Milliseconds since the epoch as metav1.Time prints them: whole seconds, UTC."""
    year, month, day, hour, minute, second, *_ = time.gmtime(ms // SECOND)
    return f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}Z"


def rfc3339_micro(ms: int) -> str:
    """Milliseconds since the epoch as metav1.MicroTime prints them."""
    return f"{rfc3339(ms)[:-1]}.{ms % SECOND:03d}000Z"


@lru_cache(maxsize=1024)
def parse_time(text: str) -> int:
    """Milliseconds since the epoch of an RFC 3339 instant; ValueError for anything else."""
    base, fraction, zone = _split_instant(text)
    return (_seconds_of(base) - zone) * SECOND + fraction


def _seconds_of(base: str) -> int:
    """Seconds since the epoch of ``2026-01-02T03:04:05`` UTC: plain arithmetic, for tables parse thousands of them."""
    digits = base[:4] + base[5:7] + base[8:10] + base[11:13] + base[14:16] + base[17:]
    if base[4:17:3] != "--T::" or len(digits) != 14 or not (digits.isascii() and digits.isdigit()):
        raise ValueError(f"not an RFC 3339 instant: {base!r}")
    year, month, day = int(digits[:4]), int(digits[4:6]), int(digits[6:8])
    hour, minute, second = int(digits[8:10]), int(digits[10:12]), int(digits[12:])
    if not (
        1 <= month <= 12
        and 1 <= day <= 31
        and (day <= (28 if month == 2 else 30) or _has_day(year, month, day))
        and hour < 24
        and minute < 60
        and second < 61
    ):
        raise ValueError(f"not an RFC 3339 instant: {base!r}")
    # Years that begin in March end with the leap day.
    years, months = (year, month - 3) if month > 2 else (year - 1, month + 9)
    days = years * 365 + years // 4 - years // 100 + years // 400 + (153 * months + 2) // 5 + day - 719469
    return days * 86400 + hour * 3600 + minute * 60 + second


def _has_day(year: int, month: int, day: int) -> bool:
    from kubesim.golang.dates import days_in

    return day <= days_in(year, month)


def _split_instant(text: str) -> tuple[str, int, int]:
    """``2026-01-02T03:04:05.678+01:00`` as its seconds' text, its milliseconds and its zone in seconds."""
    base, rest = text[:19], text[19:]
    fraction = 0
    if rest.startswith("."):
        digits = len(rest) - len(rest[1:].lstrip("0123456789")) - 1
        fraction = int(rest[1 : 1 + digits].ljust(3, "0")[:3])
        rest = rest[1 + digits :]
    if rest in ("Z", "z"):
        return base, fraction, 0
    if len(rest) != 6 or rest[0] not in "+-" or rest[3] != ":":
        raise ValueError(f"not an RFC 3339 instant: {text!r}")
    offset = int(rest[1:3]) * 3600 + int(rest[4:6]) * 60
    return base, fraction, -offset if rest[0] == "-" else offset


def topology_labels(node: Obj) -> dict[str, str]:
    """Where a node is, as its labels say: the zone and the region."""
    labels = node["metadata"].get("labels") or {}
    return {key: labels[key] for key in TOPOLOGY if key in labels}


def labels_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("labels") or {}


def annotations_of(obj: Obj) -> dict[str, str]:
    return obj["metadata"].get("annotations") or {}


def controller_of(obj: Obj) -> Obj | None:
    """The owner reference that is marked as controller, or None. Mirrors metav1.GetControllerOf."""
    for reference in obj["metadata"].get("ownerReferences") or ():
        if reference.get("controller"):
            return reference  # type: ignore[no-any-return]
    return None


def controller_reference(owner: Obj) -> Obj:
    """An owner reference to ``owner`` as controller. Mirrors metav1.NewControllerRef."""
    meta = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "blockOwnerDeletion": True,
        "controller": True,
        "kind": owner["kind"],
        "name": meta["name"],
        "uid": meta["uid"],
    }


def condition_of(obj: Obj, kind: str) -> Obj | None:
    """The entry of ``status.conditions`` of that type, or None."""
    for entry in dig(obj, "status", "conditions", default=()):
        if entry["type"] == kind:
            return entry  # type: ignore[no-any-return]
    return None


def has_condition(obj: Obj, kind: str) -> bool:
    """Whether the condition of that type is there and true."""
    conditions = dig(obj, "status", "conditions", default=())
    return any(entry["type"] == kind and entry["status"] == "True" for entry in conditions)


def is_terminating(obj: Obj) -> bool:
    return "deletionTimestamp" in obj["metadata"]


def with_metadata(obj: Obj, **changes: Any) -> Obj:
    """``obj`` with some metadata fields replaced; a field given as None is dropped. The rest is shared."""
    meta = {**obj["metadata"], **changes}
    if None in meta.values():
        meta = {k: v for k, v in meta.items() if v is not None}
    return {**obj, "metadata": meta}
