"""The part of the plugin ServiceAccount that lets pods use only those secrets that their account names.

Mirrors limitSecretReferences of plugin/pkg/admission/serviceaccount.
"""

from __future__ import annotations

from kubesim.api.meta import annotations_of, dig
from kubesim.cluster.admission import ENFORCE_MOUNTABLE_SECRETS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_TRUE = ("1", "t", "T", "true", "TRUE", "True")


def admit(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for another secret, where the account asks for that."""
    spec = attributes.new["spec"]
    account = client.get("ServiceAccount", attributes.namespace, spec["serviceAccountName"])
    if annotations_of(account).get(ENFORCE_MOUNTABLE_SECRETS) not in _TRUE:
        return
    name = account["metadata"]["name"]
    mountable = {secret.get("name") for secret in account.get("secrets") or ()}
    for secret, where in _references(spec):
        if secret not in mountable:
            why = f'{where} secret.secretName="{secret}" is not allowed because service account {name} does not'
            raise attributes.forbidden(f"{why} reference that secret")
    pulling = {secret.get("name") for secret in account.get("imagePullSecrets") or ()}
    for index, reference in enumerate(spec.get("imagePullSecrets") or ()):
        if reference.get("name") not in pulling:
            why = f'imagePullSecrets[{index}].name="{reference.get("name", "")}" is not allowed because service account'
            raise attributes.forbidden(f"{why} {name} does not reference that imagePullSecret")


def _references(spec: Obj) -> Iterator[tuple[str, str]]:
    """The secrets that volumes and containers name, each with what comes before it in a refusal."""
    for volume in spec.get("volumes") or ():
        if "secret" in volume:
            yield volume["secret"].get("secretName", ""), "volume with"
    for field, called in (("initContainers", "init container"), ("containers", "container")):
        for container in spec.get(field) or ():
            where = f"{called} {container['name']} with"
            for variable in container.get("env") or ():
                reference = dig(variable, "valueFrom", "secretKeyRef")
                if reference is not None:
                    yield reference.get("name", ""), f"{where} envVar {variable['name']} referencing"
            for source in container.get("envFrom") or ():
                if source.get("secretRef") is not None:
                    yield source["secretRef"].get("name", ""), f"{where} envFrom referencing"
