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

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Cell = Callable[[Obj], str]
    #: The columns of a kind, but for its name's.
    Cells = Sequence[tuple[Column, Cell | str]]

# Where the age belongs among a kind's cells.
AGE = "Age"


def _text(*path: str, missing: str = "") -> Cell:
    return lambda obj: str(dig(obj, *path, default=missing))


def _number(*path: str) -> Cell:
    return lambda obj: number(obj, *path)


def _count(*path: str) -> Cell:
    return lambda obj: str(len(dig(obj, *path, default=())))


def _go_bool(*path: str, missing: bool = False) -> Cell:
    return lambda obj: boolean(dig(obj, *path, default=missing)).lower()


def _joined(*path: str) -> Cell:
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


def _certificate_state(obj: Obj) -> str:
    """Mirrors extractCSRStatus."""
    conditions = {condition["type"] for condition in dig(obj, "status", "conditions", default=())}
    state = "Denied" if "Denied" in conditions else "Approved" if "Approved" in conditions else "Pending"
    failed = ",Failed" if "Failed" in conditions else ""
    return f"{state}{failed}{',Issued' if dig(obj, 'status', 'certificate') else ''}"


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
    ("WINDOW", _text("window")),
)


def _columns(*cells: tuple[str, Cell | str]) -> Sequence[tuple[Column, Cell | str]]:
    """Columns by name; a name that starts with ``+`` is wide."""
    return tuple((Column(name.lstrip("+"), wide=name.startswith("+")), cell) for name, cell in cells)


_BINDING = _columns(
    ("ROLE", _role),
    ("AGE", AGE),
    ("+USERS", _subjects("User")),
    ("+GROUPS", _subjects("Group")),
    ("+SERVICEACCOUNTS", _subjects("ServiceAccount")),
)


def _param_kind(obj: Obj) -> str:
    kind = dig(obj, "spec", "paramKind")
    return f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"


def _param_ref(obj: Obj) -> str:
    reference = dig(obj, "spec", "paramRef")
    if not reference:
        return "<unset>"
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return _go_selector(reference["selector"]) if "selector" in reference else "<unset>"


def _go_selector(selector: Obj) -> str:
    """A label selector as Go's generated String prints it."""
    labels = "".join(f"{key}: {value}," for key, value in sorted((selector.get("matchLabels") or {}).items()))
    expressions = "".join(
        f"LabelSelectorRequirement{{Key:{one.get('key', '')},Operator:{one.get('operator', '')},"
        f"Values:[{' '.join(one.get('values') or ())}],}},"
        for one in selector.get("matchExpressions") or ()
    )
    return (
        f"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},"
        f"MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )


_POLICY_BINDING = _columns(("POLICYNAME", _text("spec", "policyName")), ("PARAMREF", _param_ref), ("AGE", AGE))
_WEBHOOKS = _columns(("WEBHOOKS", _count("webhooks")), ("AGE", AGE))

CELLS: dict[str, Cells] = {
    "CertificateSigningRequest": _columns(
        ("AGE", AGE),
        ("SIGNERNAME", _text("spec", "signerName", missing="<none>")),
        ("REQUESTOR", _text("spec", "username")),
        ("REQUESTEDDURATION", _text("spec", "expirationSeconds", missing="<none>")),
        ("CONDITION", _certificate_state),
    ),
    "ClusterRole": _columns(("CREATED AT", _text("metadata", "creationTimestamp"))),
    "ClusterRoleBinding": _BINDING,
    "ComponentStatus": _columns(
        ("STATUS", _health),
        ("MESSAGE", _of_health("message")),
        ("ERROR", _of_health("error")),
    ),
    "CSINode": _columns(("DRIVERS", _count("spec", "drivers")), ("AGE", AGE)),
    "CustomResourceDefinition": _columns(("CREATED AT", _text("metadata", "creationTimestamp"))),
    "Endpoints": _columns(("ENDPOINTS", _subset_addresses), ("AGE", AGE)),
    "Ingress": _columns(
        ("CLASS", _text("spec", "ingressClassName", missing="<none>")),
        ("HOSTS", _hosts),
        ("ADDRESS", _addresses),
        ("PORTS", _ingress_ports),
        ("AGE", AGE),
    ),
    "IngressClass": _columns(
        ("CONTROLLER", _text("spec", "controller")),
        ("PARAMETERS", _parameters),
        ("AGE", AGE),
    ),
    "IPAddress": _columns(("PARENTREF", _parent_of_address), ("AGE", AGE)),
    "APIService": _columns(("SERVICE", _api_server), ("AVAILABLE", _available), ("AGE", AGE)),
    "Lease": _columns(("HOLDER", _text("spec", "holderIdentity")), ("AGE", AGE)),
    "LimitRange": _columns(("CREATED AT", _text("metadata", "creationTimestamp"))),
    "MutatingAdmissionPolicy": _columns(
        ("MUTATIONS", _count("spec", "mutations")), ("PARAMKIND", _param_kind), ("AGE", AGE)
    ),
    "MutatingAdmissionPolicyBinding": _POLICY_BINDING,
    "MutatingWebhookConfiguration": _WEBHOOKS,
    "NodeMetrics.metrics.k8s.io": _columns(*_METRICS),
    "PodMetrics.metrics.k8s.io": _columns(*_METRICS),
    "NetworkPolicy": _columns(("POD-SELECTOR", _pod_selector), ("AGE", AGE)),
    "PersistentVolume": _columns(
        ("CAPACITY", _text("spec", "capacity", "storage", missing="0")),
        ("ACCESS MODES", _access_modes("spec", "accessModes")),
        ("RECLAIM POLICY", _text("spec", "persistentVolumeReclaimPolicy")),
        ("STATUS", _phase),
        ("CLAIM", _claim),
        ("STORAGECLASS", _text("spec", "storageClassName")),
        ("VOLUMEATTRIBUTESCLASS", _text("spec", "volumeAttributesClassName", missing="<unset>")),
        ("REASON", _text("status", "reason")),
        ("AGE", AGE),
        ("+VOLUMEMODE", _text("spec", "volumeMode", missing="<unset>")),
    ),
    "PersistentVolumeClaim": _columns(
        ("STATUS", _phase),
        ("VOLUME", _text("spec", "volumeName")),
        ("CAPACITY", _when_bound(_text("status", "capacity", "storage", missing="0"))),
        ("ACCESS MODES", _when_bound(_access_modes("status", "accessModes"))),
        ("STORAGECLASS", _text("spec", "storageClassName")),
        ("VOLUMEATTRIBUTESCLASS", _text("spec", "volumeAttributesClassName", missing="<unset>")),
        ("AGE", AGE),
        ("+VOLUMEMODE", _text("spec", "volumeMode", missing="<unset>")),
    ),
    "PodDisruptionBudget": _columns(
        ("MIN AVAILABLE", _text("spec", "minAvailable", missing="N/A")),
        ("MAX UNAVAILABLE", _text("spec", "maxUnavailable", missing="N/A")),
        ("ALLOWED DISRUPTIONS", _number("status", "disruptionsAllowed")),
        ("AGE", AGE),
    ),
    "PodTemplate": _columns(
        ("CONTAINERS", _containers),
        ("IMAGES", _images),
        ("POD LABELS", lambda obj: format_labels(dig(obj, "template", "metadata", "labels"))),
    ),
    "PriorityClass": _columns(
        ("VALUE", _number("value")),
        ("GLOBAL-DEFAULT", _go_bool("globalDefault")),
        ("AGE", AGE),
        ("PREEMPTIONPOLICY", _text("preemptionPolicy")),
    ),
    "ResourceQuota": _columns(("REQUEST", _quota(limits=False)), ("LIMIT", _quota(limits=True)), ("AGE", AGE)),
    "Role": _columns(("CREATED AT", _text("metadata", "creationTimestamp"))),
    "RoleBinding": _BINDING,
    "RuntimeClass": _columns(("HANDLER", _text("handler")), ("AGE", AGE)),
    "ServiceCIDR": _columns(("CIDRS", _joined("spec", "cidrs")), ("AGE", AGE)),
    "StorageClass": _columns(
        ("PROVISIONER", _text("provisioner")),
        ("RECLAIMPOLICY", _text("reclaimPolicy", missing="Delete")),
        ("VOLUMEBINDINGMODE", _text("volumeBindingMode", missing="Immediate")),
        ("ALLOWVOLUMEEXPANSION", _go_bool("allowVolumeExpansion")),
        ("AGE", AGE),
    ),
    "ValidatingAdmissionPolicy": _columns(
        ("VALIDATIONS", _count("spec", "validations")), ("PARAMKIND", _param_kind), ("AGE", AGE)
    ),
    "ValidatingAdmissionPolicyBinding": _POLICY_BINDING,
    "ValidatingWebhookConfiguration": _WEBHOOKS,
    "VolumeAttachment": _columns(
        ("ATTACHER", _text("spec", "attacher")),
        ("PV", _text("spec", "source", "persistentVolumeName")),
        ("NODE", _text("spec", "nodeName")),
        ("ATTACHED", _go_bool("status", "attached")),
        ("AGE", AGE),
    ),
}
