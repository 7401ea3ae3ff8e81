"""The tables of kinds that have no columns in a file of their own.

Mirrors pkg/printers/internalversion/printers.go; a kind that is not here shows its name and age.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, is_terminating
from kubesim.kinds.base import Column
from kubesim.kinds.common.cells import (
    access_modes,
    boolean,
    first_few,
    format_labels,
    number,
    selector_cell,
    template_cells,
)
from kubesim.kinds.common.policy_columns import param_kind, param_ref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Cell = Callable[[Obj], str]
    #: The columns of a kind, but for its name's.
    Cells = Sequence[tuple[Column, Cell | str]]

# Where the age belongs among a kind's cells.
AGE = "Age"


def text(*path: str, missing: str = "") -> Cell:
    return lambda obj: str(dig(obj, *path, default=missing))


def number_cell(*path: str) -> Cell:
    return lambda obj: number(obj, *path)


def count(*path: str) -> Cell:
    return lambda obj: str(len(dig(obj, *path, default=())))


def go_bool(*path: str, missing: bool = False) -> Cell:
    return lambda obj: boolean(dig(obj, *path, default=missing)).lower()


def joined(*path: str) -> Cell:
    return lambda obj: ",".join(dig(obj, *path, default=()))


def _containers(obj: Obj) -> str:
    return template_cells(obj.get("template", {}))[0]


def _images(obj: Obj) -> str:
    return template_cells(obj.get("template", {}))[1]


def _phase(obj: Obj) -> str:
    return "Terminating" if is_terminating(obj) else str(dig(obj, "status", "phase", default=""))


def _access_modes(*path: str) -> Cell:
    return lambda obj: access_modes(dig(obj, *path))


def _when_bound(cell: Cell) -> Cell:
    """What a claim shows only once it has a volume."""
    return lambda obj: cell(obj) if dig(obj, "spec", "volumeName") else ""


def _claim(obj: Obj) -> str:
    claim = dig(obj, "spec", "claimRef")
    return f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""


def _role(obj: Obj) -> str:
    return f"{dig(obj, 'roleRef', 'kind', default='')}/{dig(obj, 'roleRef', 'name', default='')}"


def _subjects(kind: str) -> Cell:
    """The names of a binding's subjects of that kind; service accounts' come with their namespaces."""

    def names(obj: Obj) -> str:
        subjects = [subject for subject in obj.get("subjects") or () if subject.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{subject.get('namespace', '')}/{subject['name']}" for subject in subjects)
        return ", ".join(subject["name"] for subject in subjects)

    return names


def _hosts(obj: Obj) -> str:
    """Mirrors formatHosts."""
    rules = dig(obj, "spec", "rules", default=())
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    return first_few(hosts) or "*"


def _addresses(obj: Obj) -> str:
    points = dig(obj, "status", "loadBalancer", "ingress", default=())
    return ",".join(sorted({point.get("ip") or point.get("hostname", "") for point in points} - {""}))


def _ingress_ports(obj: Obj) -> str:
    return "80, 443" if dig(obj, "spec", "tls") else "80"


def _parameters(obj: Obj) -> str:
    parameters = dig(obj, "spec", "parameters")
    if not parameters:
        return "<none>"
    group = parameters.get("apiGroup")
    return f"{parameters['kind']}{'.' + group if group is not None else ''}/{parameters['name']}"


def _quota(*, limits: bool) -> Cell:
    """Used and hard amounts of the quota's limits, or of everything else. Mirrors printResourceQuota."""

    def amounts(obj: Obj) -> str:
        hard, used = dig(obj, "status", "hard", default={}), dig(obj, "status", "used", default={})
        names = [name for name in sorted(hard) if name.startswith("limits.") is limits]
        return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in names)

    return amounts


def _subset_addresses(obj: Obj) -> str:
    """Mirrors formatEndpoints."""
    if not obj.get("subsets"):
        return "<none>"
    addresses = []
    for subset in obj["subsets"]:
        for port in subset.get("ports") or [None]:
            suffix = f":{port['port']}" if port else ""
            addresses += [f"{address['ip']}{suffix}" for address in subset.get("addresses") or ()]
    return first_few(addresses)


def _parent_of_address(obj: Obj) -> str:
    parent = dig(obj, "spec", "parentRef")
    if not parent:
        return "<none>"
    group = parent.get("group")
    resource = f"{parent['resource']}.{group}" if group else parent["resource"]
    return "/".join(filter(None, (resource.lower(), parent.get("namespace"), parent["name"])))


def _pod_selector(obj: Obj) -> str:
    return selector_cell(dig(obj, "spec", "podSelector", default={}))


def _of_health(field: str) -> Cell:
    """A field of the condition Healthy. Mirrors printComponentStatus."""
    return lambda obj: str(next((c.get(field, "") for c in obj.get("conditions") or () if c["type"] == "Healthy"), ""))


def _health(obj: Obj) -> str:
    return "Healthy" if _of_health("status")(obj) == "True" else "Unhealthy"


def _api_server(obj: Obj) -> str:
    """What serves an API: a service, or the API server itself."""
    service = dig(obj, "spec", "service")
    return f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"


def _available(obj: Obj) -> str:
    conditions = dig(obj, "status", "conditions", default=())
    found = next((one for one in conditions if one["type"] == "Available"), {"status": "Unknown"})
    reason = f" ({found.get('reason', '')})" if found["status"] != "True" and "reason" in found else ""
    return f"{found['status']}{reason}"


def _used(resource: str) -> Cell:
    """What all containers of a pod use together, or a node does, as metrics-server writes it."""

    def cell(obj: Obj) -> str:
        from kubesim.api.quantity import add

        total = "0"
        for part in obj.get("containers") or (obj,):
            total = add(total, dig(part, "usage", resource, default="0"))
        return total

    return cell


_METRICS: tuple[tuple[str, Cell], ...] = (
    ("CPU", _used("cpu")),
    ("MEMORY", _used("memory")),
    ("WINDOW", text("window")),
)


def columns(*cells: tuple[str, Cell | str]) -> Sequence[tuple[Column, Cell | str]]:
    """Columns by name; a name that starts with ``+`` is wide."""
    return tuple((Column(name.lstrip("+"), wide=name.startswith("+")), cell) for name, cell in cells)


_BINDING = columns(
    ("ROLE", _role),
    ("AGE", AGE),
    ("+USERS", _subjects("User")),
    ("+GROUPS", _subjects("Group")),
    ("+SERVICEACCOUNTS", _subjects("ServiceAccount")),
)
_POLICY_BINDING = columns(("POLICYNAME", text("spec", "policyName")), ("PARAMREF", param_ref), ("AGE", AGE))
_WEBHOOKS = columns(("WEBHOOKS", count("webhooks")), ("AGE", AGE))

CELLS: dict[str, Cells] = {
    "ClusterRole": columns(("CREATED AT", text("metadata", "creationTimestamp"))),
    "ClusterRoleBinding": _BINDING,
    "ComponentStatus": columns(
        ("STATUS", _health),
        ("MESSAGE", _of_health("message")),
        ("ERROR", _of_health("error")),
    ),
    "CSINode": columns(("DRIVERS", count("spec", "drivers")), ("AGE", AGE)),
    "CustomResourceDefinition": columns(("CREATED AT", text("metadata", "creationTimestamp"))),
    "Endpoints": columns(("ENDPOINTS", _subset_addresses), ("AGE", AGE)),
    "Ingress": columns(
        ("CLASS", text("spec", "ingressClassName", missing="<none>")),
        ("HOSTS", _hosts),
        ("ADDRESS", _addresses),
        ("PORTS", _ingress_ports),
        ("AGE", AGE),
    ),
    "IngressClass": columns(
        ("CONTROLLER", text("spec", "controller")),
        ("PARAMETERS", _parameters),
        ("AGE", AGE),
    ),
    "IPAddress": columns(("PARENTREF", _parent_of_address)),
    "APIService": columns(("SERVICE", _api_server), ("AVAILABLE", _available), ("AGE", AGE)),
    "Lease": columns(("HOLDER", text("spec", "holderIdentity")), ("AGE", AGE)),
    "LimitRange": columns(("CREATED AT", text("metadata", "creationTimestamp"))),
    "MutatingAdmissionPolicy": columns(
        ("MUTATIONS", count("spec", "mutations")), ("PARAMKIND", param_kind), ("AGE", AGE)
    ),
    "MutatingAdmissionPolicyBinding": _POLICY_BINDING,
    "MutatingWebhookConfiguration": _WEBHOOKS,
    "NodeMetrics.metrics.k8s.io": columns(*_METRICS),
    "PodMetrics.metrics.k8s.io": columns(*_METRICS),
    "NetworkPolicy": columns(("POD-SELECTOR", _pod_selector), ("AGE", AGE)),
    "PersistentVolume": columns(
        ("CAPACITY", text("spec", "capacity", "storage", missing="0")),
        ("ACCESS MODES", _access_modes("spec", "accessModes")),
        ("RECLAIM POLICY", text("spec", "persistentVolumeReclaimPolicy")),
        ("STATUS", _phase),
        ("CLAIM", _claim),
        ("STORAGECLASS", text("spec", "storageClassName")),
        ("VOLUMEATTRIBUTESCLASS", text("spec", "volumeAttributesClassName", missing="<unset>")),
        ("REASON", text("status", "reason")),
        ("AGE", AGE),
        ("+VOLUMEMODE", text("spec", "volumeMode", missing="<unset>")),
    ),
    "PersistentVolumeClaim": columns(
        ("STATUS", _phase),
        ("VOLUME", text("spec", "volumeName")),
        ("CAPACITY", _when_bound(text("status", "capacity", "storage", missing="0"))),
        ("ACCESS MODES", _when_bound(_access_modes("status", "accessModes"))),
        ("STORAGECLASS", text("spec", "storageClassName")),
        ("VOLUMEATTRIBUTESCLASS", text("spec", "volumeAttributesClassName", missing="<unset>")),
        ("AGE", AGE),
        ("+VOLUMEMODE", text("spec", "volumeMode", missing="<unset>")),
    ),
    "PodDisruptionBudget": columns(
        ("MIN AVAILABLE", text("spec", "minAvailable", missing="N/A")),
        ("MAX UNAVAILABLE", text("spec", "maxUnavailable", missing="N/A")),
        ("ALLOWED DISRUPTIONS", number_cell("status", "disruptionsAllowed")),
        ("AGE", AGE),
    ),
    "PodTemplate": columns(
        ("CONTAINERS", _containers),
        ("IMAGES", _images),
        ("POD LABELS", lambda obj: format_labels(dig(obj, "template", "metadata", "labels"))),
    ),
    "PriorityClass": columns(
        ("VALUE", number_cell("value")),
        ("GLOBAL-DEFAULT", go_bool("globalDefault")),
        ("AGE", AGE),
        ("PREEMPTIONPOLICY", text("preemptionPolicy")),
    ),
    "ResourceQuota": columns(("REQUEST", _quota(limits=False)), ("LIMIT", _quota(limits=True)), ("AGE", AGE)),
    "Role": columns(("CREATED AT", text("metadata", "creationTimestamp"))),
    "RoleBinding": _BINDING,
    "RuntimeClass": columns(("HANDLER", text("handler")), ("AGE", AGE)),
    "ServiceCIDR": columns(("CIDRS", joined("spec", "cidrs")), ("AGE", AGE)),
    "StorageClass": columns(
        ("PROVISIONER", text("provisioner")),
        ("RECLAIMPOLICY", text("reclaimPolicy", missing="Delete")),
        ("VOLUMEBINDINGMODE", text("volumeBindingMode", missing="Immediate")),
        ("ALLOWVOLUMEEXPANSION", go_bool("allowVolumeExpansion")),
        ("AGE", AGE),
    ),
    "ValidatingAdmissionPolicy": columns(
        ("VALIDATIONS", count("spec", "validations")), ("PARAMKIND", param_kind), ("AGE", AGE)
    ),
    "ValidatingAdmissionPolicyBinding": _POLICY_BINDING,
    "ValidatingWebhookConfiguration": _WEBHOOKS,
    "VolumeAttachment": columns(
        ("ATTACHER", text("spec", "attacher")),
        ("PV", text("spec", "source", "persistentVolumeName")),
        ("NODE", text("spec", "nodeName")),
        ("ATTACHED", go_bool("status", "attached")),
        ("AGE", AGE),
    ),
}
