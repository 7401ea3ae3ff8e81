"""Write kubesim/kubeadm/system.txt: what runs in a new cluster's kube-system, as the controllers made it.

The manifests of tools/system/ are given to a cluster of three nodes, which lives until all of them run; what came of
them is written down. A line is a name, a tab and a JSON list of {"object": ..., "record": ...}:

- ``add-ons``: what every cluster of a profile with a system has, but for what it has for each node,
- ``local-path``: the storage of kind's clusters,
- ``static``: the pods of the control plane's node,
- ``node``: what each node has.

What differs from cluster to cluster, or from node to node, is a mark: see ``kubesim/kubeadm/system.py``. Nodes have the
images of the file as it was, so after a new image has come in it is to be made twice.

python tools/generate_system.py
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from kubesim.api.identity import container_id_of
from kubesim.api.meta import SECOND, Key, Obj, key_of, parse_time, rfc3339, with_metadata
from kubesim.cluster import Client, Cluster
from kubesim.controllers import registry
from kubesim.controllers.kubelet import probe_worker
from kubesim.golang.yaml import load_documents
from kubesim.kinds import built_in
from kubesim.kubeadm.init import bootstrap_objects, new_cluster_head, node_objects
from kubesim.sim.engine import Engine
from kubesim.sim.profiles import KIND, Size

HERE = Path(__file__).parent
TARGET = HERE.parent / "kubesim" / "kubeadm" / "system.txt"
BOOT = 1_800_000_000_000
KINDS = (
    *("Namespace", "StorageClass", "ServiceAccount", "ConfigMap", "Service", "Endpoints", "EndpointSlice"),
    *("Deployment", "ReplicaSet", "DaemonSet", "ControllerRevision", "Pod"),
)
SUFFIX = re.compile(r"(?<=-)[bcdfghjklmnpqrstvwxz2456789]{5}$")


def main() -> None:
    cluster, furniture = boot()
    restless = [pod["metadata"]["name"] for pod in cluster.list("Pod") if not has_run_on(pod)]
    if restless:
        raise SystemExit(f"these pods do not run as they should: {', '.join(restless)}")
    entries = [
        {"object": without_managers(obj), **({"record": record} if (record := cluster.recall(key_of(obj))) else {})}
        for obj in sorted(new_objects(cluster, furniture), key=lambda obj: int(obj["metadata"]["resourceVersion"]))
    ]
    sections: dict[str, list[Obj]] = {"add-ons": [], "local-path": [], "static": [], "node": []}
    for entry in entries:
        section = section_of(entry["object"])
        if section:
            sections[section].append(entry)
    text = "".join(f"{name}\t{json.dumps(rows, separators=(',', ':'))}\n" for name, rows in sections.items())
    TARGET.write_text(marked(text, cluster, [entry["object"] for rows in sections.values() for entry in rows]))


def boot() -> tuple[Cluster, set[Key]]:
    """A cluster whose system runs, and what it would have without. The workers join when the control plane is up."""
    probe_worker.failure = lambda *_: None  # type: ignore[assignment]  # the cluster's own pods are healthy
    cluster = Cluster(new_cluster_head(BOOT, at=BOOT, seed=1, profile=KIND), None, BOOT)
    engine = Engine(cluster, registry())
    for obj in bootstrap_objects(BOOT, KIND, Size(nodes=1)):
        cluster.create(obj)
    control_plane = cluster.get("Node", "", "controlplane")
    furniture = {key_of(obj) for kind in cluster.cabinet.kinds() for obj in cluster.list(kind)}
    for obj in manifests("static-pods"):
        create_static(cluster, obj, control_plane)
    for obj in (*manifests("add-ons"), *manifests("local-path")):
        Client(cluster).create(obj)
        engine.settle()
    engine.run_until(cluster.now + 60 * SECOND)
    for node in node_objects(BOOT, KIND, Size(nodes=3))[1:]:
        furniture.add(key_of(cluster.create(node)))
    engine.run_until(cluster.now + 60 * SECOND)
    return cluster, furniture


def has_run_on(pod: Obj) -> bool:
    """Whether all of the pod's containers are ready and never ended."""
    return all(status["ready"] and not status["restartCount"] for status in pod["status"]["containerStatuses"])


def manifests(name: str) -> list[Obj]:
    objects: list[Obj] = list(load_documents((HERE / "system" / f"{name}.yaml").read_text(), name))
    for obj in objects:
        if built_in(obj["kind"]).namespaced:
            obj["metadata"].setdefault("namespace", "kube-system")
    return objects


def create_static(cluster: Cluster, pod: Obj, node: Obj) -> None:
    """The mirror of a static pod. Mirrors kubeadm's ComponentPod and the kubelet's CreateMirrorPod."""
    meta, spec = pod["metadata"], pod["spec"]
    component = meta["name"]
    host = node["metadata"]["name"]
    digest = hashlib.md5(component.encode(), usedforsecurity=False).hexdigest()
    meta["name"] = f"{component}-{host}"
    notes = {
        "kubernetes.io/config.hash": digest,
        "kubernetes.io/config.mirror": digest,
        "kubernetes.io/config.seen": rfc3339(BOOT),
        "kubernetes.io/config.source": "file",
    }
    meta["annotations"] = {**(meta.get("annotations") or {}), **notes}
    reference = {"apiVersion": "v1", "controller": True, "kind": "Node", "name": host, "uid": node["metadata"]["uid"]}
    meta["ownerReferences"] = [reference]
    spec["containers"][0].update(imagePullPolicy="IfNotPresent", **component_probes(component))
    spec.update(
        hostNetwork=True,
        nodeName=host,
        priority=2000001000,
        priorityClassName="system-node-critical",
        securityContext={"seccompProfile": {"type": "RuntimeDefault"}},
        tolerations=[{"effect": "NoExecute", "operator": "Exists"}],
    )
    cluster.kinds.load("Pod").default(pod)
    pod["status"] = {"phase": "Pending", "qosClass": "Burstable"}
    cluster.create(pod)


def component_probes(component: str) -> Obj:
    """Mirrors staticpodutil's LivenessProbe, ReadinessProbe and StartupProbe."""
    scheme = "HTTP" if component == "etcd" else "HTTPS"
    live, ready = ("/healthz", None) if component == "kube-controller-manager" else ("/livez", "/readyz")
    host = "172.30.1.2" if component == "kube-apiserver" else "127.0.0.1"

    def probe(path: str, **times: int) -> Obj:
        action = {"host": host, "path": path, "port": "probe-port", "scheme": scheme}
        return {"httpGet": action, "timeoutSeconds": 15, **times}

    found = {
        "livenessProbe": probe(live, failureThreshold=8, initialDelaySeconds=10, periodSeconds=10),
        "startupProbe": probe(live, failureThreshold=24, initialDelaySeconds=10, periodSeconds=10),
    }
    if ready:
        found["readinessProbe"] = probe(ready, failureThreshold=3, periodSeconds=1)
    return found


def new_objects(cluster: Cluster, furniture: set[Key]) -> list[Obj]:
    return [obj for kind in KINDS for obj in cluster.list(kind) if key_of(obj) not in furniture]


def without_managers(obj: Obj) -> Obj:
    """The object without what the API server notes about its clients: nobody here was one."""
    return with_metadata(obj, managedFields=None)


def section_of(obj: Obj) -> str:
    """The section of an object; none for what another node has as well."""
    meta = obj["metadata"]
    references = meta.get("ownerReferences") or [{"kind": ""}]
    if references[0]["kind"] == "Node":
        return "static"
    if obj["kind"] == "Pod" and references[0]["kind"] == "DaemonSet":
        return "node" if obj["spec"]["nodeName"] == "node01" else ""
    is_storage = "local-path-storage" in (meta["name"], meta.get("namespace")) or obj["kind"] == "StorageClass"
    return "local-path" if is_storage else "add-ons"


# marks


def marked(text: str, cluster: Cluster, objects: list[Obj]) -> str:
    """The text with marks for uids, generated names, containers, instants and what is the node's own."""
    text = re.sub(r'"resourceVersion":"\d+",?', "", text).replace(",}", "}")
    each = 0
    for index, obj in enumerate(objects):
        meta, number = obj["metadata"], str(index)
        if section_of(obj) == "node":
            number, each = f"n{each}", each + 1
        for name in (s["name"] for s in (obj.get("status") or {}).get("containerStatuses") or ()):
            text = text.replace(container_id_of(meta["uid"], name, 0), f"<c {number} {name}>")
        text = text.replace(meta["uid"], f"<u {number}>")
        if meta.get("generateName") or obj["kind"] == "EndpointSlice":
            text = text.replace(meta["name"], SUFFIX.sub(f"<n {number}>", meta["name"]))
    text = text.replace(cluster.get("Node", "", "controlplane")["metadata"]["uid"], "<u node>")
    text = marked_volumes(text)
    text = re.sub(r'"(\d{4}-\d\d-\d\dT[\d:.]+Z)"', lambda m: f'"<t {(parse_time(m[1]) - BOOT) // SECOND}>"', text)
    text = re.sub(r"\b1[78]\d{11}\b", lambda m: f'"<m {int(m[0]) - BOOT}>"', text)
    return marked_nodes(text)


def marked_volumes(text: str) -> str:
    """Each pod's volume with its token has a generated name."""
    names = dict.fromkeys(re.findall(r"kube-api-access-[a-z0-9]{5}", text))
    for number, name in enumerate(names):
        text = text.replace(name, f"kube-api-access-<n v{number}>")
    return text


def marked_nodes(text: str) -> str:
    """What belongs to a node in the last line, and how many nodes there are in statuses of DaemonSets."""
    head, line = text[: text.index("node\t")], text[text.index("node\t") :]
    line = line.replace('"node01"', '"<node>"').replace("172.30.1.3", "<ip>")
    counts = r'"(currentNumberScheduled|desiredNumberScheduled|numberAvailable|numberReady|updatedNumberScheduled)":3'
    return re.sub(counts, r'"\1":"<nodes>"', head) + line


if __name__ == "__main__":
    main()
