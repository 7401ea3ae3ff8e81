"""The kinds: what each is called, and where its behaviour is.

``load`` imports a kind's own file only when that kind is asked for; a kind without a file gets the generic
behaviour of ``base.Kind``.
"""

from __future__ import annotations

from kubesim.function_cache import cache
from kubesim.kinds.table import ROWS
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Kind

# Kinds with a file of their own: kubesim/kinds/<module>.py holds a class of the kind's name; close kin share one.
MODULES = {
    "CertificateSigningRequest": "certificate_signing_request",
    "ClusterRole": "role",
    "ClusterRoleBinding": "role_binding",
    "ConfigMap": "config_map",
    "ControllerRevision": "controller_revision",
    "CronJob": "cron_job",
    "DaemonSet": "daemon_set",
    "Deployment": "deployment",
    "EndpointSlice": "endpoint_slice",
    "Endpoints": "endpoints",
    "Event": "event",
    "HorizontalPodAutoscaler": "horizontal_pod_autoscaler",
    "Ingress": "ingress",
    "IngressClass": "ingress_class",
    "Job": "job",
    "Lease": "lease",
    "LimitRange": "limit_range",
    "Namespace": "namespace",
    "NetworkPolicy": "network_policy",
    "Node": "node",
    "PersistentVolume": "persistent_volume",
    "PersistentVolumeClaim": "persistent_volume_claim",
    "Pod": "pod",
    "PodDisruptionBudget": "pod_disruption_budget",
    "PodTemplate": "pod_template",
    "PriorityClass": "priority_class",
    "ReplicaSet": "replica_set",
    "ReplicationController": "replication_controller",
    "ResourceQuota": "resource_quota",
    "Role": "role",
    "RoleBinding": "role_binding",
    "RuntimeClass": "runtime_class",
    "Scale": "scale",
    "Secret": "secret",
    "Service": "service",
    "ServiceAccount": "service_account",
    "StatefulSet": "stateful_set",
    "StorageClass": "storage_class",
}


class Names(NamedTuple):
    """What discovery says of a resource. Mirrors metav1.APIResource."""

    kind: str
    group: str
    version: str
    plural: str
    singular: str
    short_names: tuple[str, ...]
    namespaced: bool
    categories: tuple[str, ...]
    verbs: str

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def qualified(self) -> str:
        """``deployments.apps``, as ``-o name`` and errors call the resource."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


#: What the scale subresource speaks: no resource of its own, and so not in discovery's list.
SCALE = Names("Scale", "autoscaling", "v1", "scales", "scale", (), True, (), "")


@cache
def names_by_kind() -> dict[str, Names]:
    """Every kind's names; of a kind that two groups serve (Event), the first group's."""
    table = {"Scale": SCALE}
    for row in ROWS:
        table.setdefault(row[0], Names(*row))
    return table


def names_of(kind: str) -> Names:
    return names_by_kind()[kind]


# Groups that serve a kind in more than one version; discovery lists the preferred one.
SERVED_VERSIONS = {"autoscaling": ("v2", "v1")}

#: Kinds that are on their way out: since when, and what to use. Mirrors the types' APILifecycle methods.
DEPRECATED = {
    ("v1", "ComponentStatus"): "v1.19+",
    ("v1", "Endpoints"): "v1.33+; use discovery.k8s.io/v1 EndpointSlice",
}


@cache
def names_for(api_version: str, kind: str) -> Names | None:
    """The kind's names if that group and version serve it; clients' mappers take it in small letters too.

    Mirrors client-go's restmapper.NewDiscoveryRESTMapper.
    """
    group, _, version = api_version.rpartition("/")
    for row in ROWS:
        if kind in (row[0], row[0].lower()) and row[1] == group and version in served_versions(group, row[2]):
            return Names(*row)._replace(version=version)
    return None


def served_versions(group: str, preferred_version: str) -> tuple[str, ...]:
    """The versions that a group serves its kinds in, the preferred one first."""
    return SERVED_VERSIONS.get(group, (preferred_version,))


def preferred(group: str, kind: str) -> Names | None:
    """The names of a group's kind, whatever its version; None if the group does not serve it."""
    return next((Names(*row) for row in ROWS if kind in (row[0], row[0].lower()) and row[1] == group), None)


def unserved(api_version: str, kind: str) -> Names:
    """How a kind is called that the cluster does not serve."""
    group, _, version = api_version.rpartition("/")
    return Names(kind, group, version, f"{kind.lower()}s", kind.lower(), (), namespaced=True, categories=(), verbs="")


@cache
def load(kind: str) -> Kind:
    """The behaviour of a kind; KeyError for a kind that is not served."""
    names = names_of(kind)
    module = MODULES.get(kind)
    if module is None:
        from kubesim.kinds.common.plain_columns import PlainKind

        return PlainKind(names)
    from kubesim.module_import import import_module

    behaviour: type[Kind] = getattr(import_module(f"kubesim.kinds.{module}"), kind)
    return behaviour(names)


def resolve(word: str) -> Names | None:
    """The resource that a command line means by ``word``: plural, singular, short, ``deployments.apps``,
    ``deployments.v1.apps`` or the kind itself, in any case; the beginning of a group will do where none is called so.
    A version that is not the preferred one is meant only with a name that is no short one.
    Mirrors kubectl's RESTMapper and its shortcuts.
    """
    name, _, suffix = word.lower().partition(".")
    found = called(name)
    for names in found:
        if suffix in ("", names.group):
            return names
        for version in served_versions(names.group, names.version):
            if suffix == f"{version}.{names.group}":
                return names if name in names.short_names else names._replace(version=version)
    return next((names for names in found if names.group.startswith(suffix.removeprefix(f"{names.version}."))), None)


def called(word: str) -> list[Names]:
    """The resources of all groups that are called so, by a plural, a singular, a short name or a kind."""
    name = word.lower()
    return [names for row in ROWS if _is_called(names := Names(*row), name)]


def shadowed(word: str) -> list[Names]:
    """The resources of other groups that a short name could mean too. Mirrors expandResourceShortcut."""
    name = word.lower()
    found = [names for row in ROWS if name in (names := Names(*row)).short_names]
    is_long = any(name in (row[3], row[4]) for row in ROWS)
    return [] if is_long else found[1:]


def _is_called(names: Names, name: str) -> bool:
    return name in (names.plural, names.singular, names.kind.lower()) or name in names.short_names


def in_category(category: str) -> list[Names]:
    """The resources of a category such as ``all``, in the order in which kubectl expands it."""
    return [Names(*row) for row in ROWS if category in row[7]]
