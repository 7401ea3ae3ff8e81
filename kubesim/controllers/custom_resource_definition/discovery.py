"""What discovery lists of definitions, and the APIServices of their versions.

Mirrors apiextensions-apiserver's customresource_discovery_controller.go, and kube-aggregator's crdregistration.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, dig, has_condition, rfc3339
from kubesim.api.version_order import preferred_first
from kubesim.api.well_known import AUTO_REGISTER_MANAGED_LABEL
from kubesim.cluster.definitions import VERBS
from kubesim.kinds import Names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster

TERMINATING_VERBS = "delete deletecollection get list watch"
GROUP_PRIORITY, VERSION_PRIORITY = 1000, 100


def claim(cluster: Cluster, definition: Obj) -> None:
    """Keep the names that the definition has for it, be they served or not."""
    cluster.kinds.define(definition["metadata"]["name"], _names_of(definition))
    cluster.head_changed = True


def publish(cluster: Cluster, definition: Obj) -> None:
    """List what the definition defines as it is now."""
    if cluster.kinds.define(definition["metadata"]["name"], _names_of(definition)):
        cluster.head_changed = True
        _register_versions(cluster, definition["spec"]["group"])


def withdraw(cluster: Cluster, name: str) -> None:
    """List the kind no more that a definition of that name defined."""
    names = cluster.kinds.definitions.called_by(name)
    if names is not None:
        cluster.kinds.undefine(name)
        cluster.head_changed = True
        _register_versions(cluster, names.group)


def _names_of(definition: Obj) -> Names:
    """The names that are accepted; without versions as long as nothing is served."""
    spec, accepted = definition["spec"], definition["status"]["acceptedNames"]
    versions = spec["versions"] if has_condition(definition, "Established") else []
    served = preferred_first(entry["name"] for entry in versions if entry["served"])
    storage = next((entry["name"] for entry in spec["versions"] if entry["storage"]), spec["versions"][0]["name"])
    return Names(
        kind=accepted["kind"],
        group=spec["group"],
        version=served[0] if served else storage,
        plural=accepted["plural"],
        singular=accepted.get("singular", ""),
        short_names=tuple(accepted.get("shortNames") or ()),
        namespaced=spec["scope"] == "Namespaced",
        categories=tuple(accepted.get("categories") or ()),
        verbs=TERMINATING_VERBS if has_condition(definition, "Terminating") else VERBS,
        list_kind=accepted.get("listKind", ""),
        versions=tuple(served),
        storage=storage,
        deprecations=tuple(_deprecations(spec, served)),
        is_revised=definition["metadata"]["generation"] > 1,
    )


def _deprecations(spec: Obj, served: list[str]) -> list[tuple[str, str]]:
    """The versions that are on their way out, each with what clients are warned of.

    Mirrors defaultDeprecationWarning.
    """
    entries = {entry["name"]: entry for entry in spec["versions"]}
    kind, found = spec["names"]["kind"], []
    for at, version in enumerate(served):
        if not entries[version].get("deprecated"):
            continue
        warning = entries[version].get("deprecationWarning")
        if warning is None:
            warning = f"{spec['group']}/{version} {kind} is deprecated"
            better = next((name for name in served[:at] if not entries[name].get("deprecated")), None)
            warning += f"; use {spec['group']}/{better} {kind}" if better else ""
        found.append((version, warning))
    return found


def _register_versions(cluster: Cluster, group: str) -> None:
    """Keep an APIService for each version that the group serves."""
    definitions = map(cluster.kinds.definitions.called_by, cluster.kinds.definitions.of_group(group))
    served = {f"{version}.{group}" for names in definitions if names for version in names.versions}
    for version in sorted(served):
        if cluster.find("APIService", "", version) is None:
            cluster.create(_api_service(version, cluster.now))
    for obj in cluster.list("APIService"):
        name = obj["metadata"]["name"]
        is_ours = dig(obj, "metadata", "labels", AUTO_REGISTER_MANAGED_LABEL) == "true"
        if is_ours and obj["spec"].get("group") == group and name not in served:
            cluster.delete("APIService", "", name)


def _api_service(name: str, now: int) -> Obj:
    version, _, group = name.partition(".")
    return {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": name, "labels": {AUTO_REGISTER_MANAGED_LABEL: "true"}},
        "spec": {
            "group": group,
            "groupPriorityMinimum": GROUP_PRIORITY,
            "version": version,
            "versionPriority": VERSION_PRIORITY,
        },
        "status": {
            "conditions": [
                {
                    "lastTransitionTime": rfc3339(now),
                    "message": "Local APIServices are always available",
                    "reason": "Local",
                    "status": "True",
                    "type": "Available",
                }
            ]
        },
    }
