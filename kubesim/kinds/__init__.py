"""The kinds: what each is called, and where its behaviour is.

``load`` imports a kind's own file only when that kind is asked for; a kind without a file gets the generic
behaviour of ``base.Kind``.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from kubesim.kinds.table import ROWS

if TYPE_CHECKING:
    from kubesim.kinds.base import Kind

# Kinds with a file of their own: kubesim/kinds/<module>.py holds a class of the kind's name.
MODULES = {
    "ConfigMap": "config_map",
    "ControllerRevision": "controller_revision",
    "CronJob": "cron_job",
    "DaemonSet": "daemon_set",
    "Deployment": "deployment",
    "EndpointSlice": "endpoint_slice",
    "Event": "event",
    "HorizontalPodAutoscaler": "horizontal_pod_autoscaler",
    "Job": "job",
    "Namespace": "namespace",
    "Node": "node",
    "Pod": "pod",
    "ReplicaSet": "replica_set",
    "Secret": "secret",
    "Service": "service",
    "ServiceAccount": "service_account",
    "StatefulSet": "stateful_set",
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


@cache
def names_by_kind() -> dict[str, Names]:
    """Every kind's names; of a kind that two groups serve (Event), the first group's."""
    table: dict[str, Names] = {}
    for row in ROWS:
        table.setdefault(row[0], Names(*row))
    return table


def names_of(kind: str) -> Names:
    return names_by_kind()[kind]


# Groups that serve a kind in more than one version; discovery lists the preferred one.
SERVED_VERSIONS = {"autoscaling": ("v2", "v1")}


def names_for(api_version: str, kind: str) -> Names | None:
    """The kind's names if that group and version serve it."""
    group, _, version = api_version.rpartition("/")
    for row in ROWS:
        if row[0] == kind and row[1] == group and version in SERVED_VERSIONS.get(group, (row[2],)):
            return Names(*row)
    return None


def preferred(group: str, kind: str) -> Names | None:
    """The names of a group's kind, whatever its version; None if the group does not serve it."""
    return next((Names(*row) for row in ROWS if row[0] == kind and row[1] == group), None)


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
        from kubesim.kinds.plain_columns import PlainKind

        return PlainKind(names)
    from importlib import import_module

    behaviour: type[Kind] = getattr(import_module(f"kubesim.kinds.{module}"), kind)
    return behaviour(names)


def resolve(word: str) -> Names | None:
    """The resource that a command line means by ``word``: plural, singular, short, ``deployments.apps``,
    ``deployments.v1.apps`` or the kind itself, in any case. Mirrors kubectl's RESTMapper and its shortcuts.
    """
    word = word.lower()
    name, _, suffix = word.partition(".")
    for row in ROWS:
        names = Names(*row)
        if not _is_called(names, name):
            continue
        if suffix in ("", names.group, f"{names.version}.{names.group}"):
            return names
    return None


def _is_called(names: Names, name: str) -> bool:
    return name in (names.plural, names.singular, names.kind.lower()) or name in names.short_names


def in_category(category: str) -> list[Names]:
    """The resources of a category such as ``all``, in the order in which kubectl expands it."""
    return [Names(*row) for row in ROWS if category in row[7]]
