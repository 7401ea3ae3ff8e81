"""The environment of a container, as far as its pod and the objects that it refers to give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


def environment_of(cluster: Cluster, namespace: str, container: Obj) -> dict[str, str | None]:
    """The variables of a container with their values, None where a value is only known inside.

    What refers to an object that is not there is left out.  References to other variables are not expanded.  Mirrors
    makeEnvironmentVariables (pkg/kubelet/kubelet_pods.go).
    """
    found: dict[str, str | None] = {}
    for source in container.get("envFrom") or ():
        found |= {f"{source.get('prefix', '')}{key}": value for key, value in _all_of(cluster, namespace, source)}
    for variable in container.get("env") or ():
        source = variable.get("valueFrom")
        if source is None:
            found[variable["name"]] = variable.get("value", "")
        else:
            found |= {variable["name"]: value for value in _one_of(cluster, namespace, source)}
    return found


def _all_of(cluster: Cluster, namespace: str, source: Obj) -> Iterator[tuple[str, str | None]]:
    for field, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if field in source:
            yield from _data(cluster, kind, namespace, source[field]).items()


def _one_of(cluster: Cluster, namespace: str, source: Obj) -> Iterator[str | None]:
    """The value of a variable that is taken from elsewhere; nothing if it is not there."""
    for field, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if field in source:
            data = _data(cluster, kind, namespace, source[field])
            if source[field].get("key") in data:
                yield data[source[field]["key"]]
            return
    yield None


def _data(cluster: Cluster, kind: str, namespace: str, reference: Obj) -> dict[str, str | None]:
    """The texts of a ConfigMap or Secret by their keys; those of a Secret are decoded."""
    found = cluster.find(kind, namespace, reference.get("name", "")) or {}
    data: Obj = found.get("data") or {}
    if kind == "ConfigMap":
        return dict(data)
    return {key: _decoded(value) for key, value in data.items()}


def _decoded(value: str) -> str | None:
    import base64

    try:
        return base64.b64decode(value).decode()
    except ValueError:
        return None
