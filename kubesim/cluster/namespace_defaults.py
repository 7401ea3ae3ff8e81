"""What every namespace has: the certificate authority's config map and the default service account."""

from __future__ import annotations

from kubesim.api.well_known import DESCRIPTION_ANNOTATION
from kubesim.cluster.certificate_authority import CERTIFICATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

ROOT_CA = "kube-root-ca.crt"
ROOT_CA_DESCRIPTION = (
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the "
    "internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes "
    "clusters."
)


def root_ca_config_map(namespace: str) -> Obj:
    """The config map that pods find the cluster's certificate authority in."""
    annotations = {DESCRIPTION_ANNOTATION: ROOT_CA_DESCRIPTION}
    return {
        "apiVersion": "v1",
        "data": {"ca.crt": CERTIFICATE},
        "kind": "ConfigMap",
        "metadata": {"annotations": annotations, "name": ROOT_CA, "namespace": namespace},
    }


def default_service_account(namespace: str) -> Obj:
    """The account that pods run as that name none."""
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
