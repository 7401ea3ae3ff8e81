"""How the API server is reached from within the cluster: its Service, and the endpoints behind it."""

from __future__ import annotations

from kubesim.api.well_known import LABEL_SERVICE_NAME, LABEL_SKIP_MIRROR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_ADDRESS = "172.30.1.2"  # the control plane's node


def api_service() -> Obj:
    """The Service by which pods reach the API server."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "labels": {"component": "apiserver", "provider": "kubernetes"},
            "name": "kubernetes",
            "namespace": "default",
        },
        "spec": {
            "clusterIP": "10.96.0.1",
            "clusterIPs": ["10.96.0.1"],
            "internalTrafficPolicy": "Cluster",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
            "sessionAffinity": "None",
            "type": "ClusterIP",
        },
        "status": {"loadBalancer": {}},
    }


def api_addresses() -> list[Obj]:
    """Where the API server is to be found: behind its own service, on the control plane's node."""
    address = _ADDRESS
    port: Obj = {"name": "https", "port": 6443, "protocol": "TCP"}
    meta = {"name": "kubernetes", "namespace": "default"}
    endpoints = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"labels": {LABEL_SKIP_MIRROR: "true"}, **meta},
        "subsets": [{"addresses": [{"ip": address}], "ports": [port]}],
    }
    endpoint_slice = {
        "addressType": "IPv4",
        "apiVersion": "discovery.k8s.io/v1",
        "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
        "kind": "EndpointSlice",
        "metadata": {"labels": {LABEL_SERVICE_NAME: "kubernetes"}, **meta},
        "ports": [port],
    }
    return [endpoints, endpoint_slice]
