"""The plugin ServiceAccount: a pod runs as an account of its namespace, and finds its token.

Mirrors plugin/pkg/admission/serviceaccount.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

DEFAULT = "default"
TOKEN_DIRECTORY = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_VOLUME_PREFIX = "kube-api-access-"
READABLE = 420
#: The seconds for which the token that every pod gets is asked for: it is good for longer (service_account_tokens).
EXTENDED = 3607


def admit(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for an account that is not there; a namespace's default one comes soon enough."""
    pod, namespace = attributes.new, attributes.namespace
    name = pod["spec"].get("serviceAccountName") or DEFAULT
    account = client.find("ServiceAccount", namespace, name)
    if account is None and name != DEFAULT:
        why = f'error looking up service account {namespace}/{name}: serviceaccount "{name}" not found'
        raise attributes.forbidden(why)
    _run_as(pod["spec"], name, account or {}, client.random_suffix)


def _run_as(spec: Obj, name: str, account: Obj, random_suffix: Callable[[], str]) -> None:
    """The account's name, and its token where a container has nothing mounted in its place."""
    spec["serviceAccountName"] = spec["serviceAccount"] = name
    containers = [*(spec.get("initContainers") or ()), *(spec.get("containers") or ())]
    needing = [container for container in containers if not _has_token(container)]
    if needing and _should_automount(spec, account):
        volume = f"{TOKEN_VOLUME_PREFIX}{random_suffix()}"
        for container in needing:
            mount = {"mountPath": TOKEN_DIRECTORY, "name": volume, "readOnly": True}
            container["volumeMounts"] = [*(container.get("volumeMounts") or ()), mount]
        spec["volumes"] = [*(spec.get("volumes") or ()), _token_volume(volume)]
    secrets = account.get("imagePullSecrets")
    if secrets and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [{"name": secret["name"]} for secret in secrets]


def _should_automount(spec: Obj, account: Obj) -> bool:
    """Whether the token is mounted: the pod decides, else its account. Mirrors shouldAutomount."""
    for of in (spec, account):
        if of.get("automountServiceAccountToken") is not None:
            return bool(of["automountServiceAccountToken"])
    return True


def _has_token(container: Obj) -> bool:
    return any(mount.get("mountPath") == TOKEN_DIRECTORY for mount in container.get("volumeMounts") or ())


def _token_volume(name: str) -> Obj:
    namespace = {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}, "path": "namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": EXTENDED, "path": "token"}},
        {"configMap": {"items": [{"key": "ca.crt", "path": "ca.crt"}], "name": "kube-root-ca.crt"}},
        {"downwardAPI": {"items": [namespace]}},
    ]
    return {"name": name, "projected": {"defaultMode": READABLE, "sources": sources}}
