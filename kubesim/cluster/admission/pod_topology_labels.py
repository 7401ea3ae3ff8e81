"""The plugin PodTopologyLabels: a pod knows the zone and the region of its node.

One that is made for a node gets them here, all others when they are bound (``Cluster.bind``).
Mirrors plugin/pkg/admission/podtopologylabels.
"""

from __future__ import annotations

from kubesim.api.meta import topology_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Add the labels that the node has."""
    node = client.find("Node", "", attributes.new["spec"]["nodeName"])
    topology = {} if node is None else topology_labels(node)
    if topology:
        meta = attributes.new["metadata"]
        meta["labels"] = {**(meta.get("labels") or {}), **topology}
