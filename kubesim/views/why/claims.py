"""A claim has no volume: its class is not there or makes none, no volume will do, or the one that it had is gone."""

from __future__ import annotations

from kubesim.api import quantity
from kubesim.api.meta import Obj, annotations_of, dig, is_terminating, key_of, labels_of, parse_time
from kubesim.api.selectors import from_label_selector
from kubesim.api.well_known import ANN_SELECTED_NODE
from kubesim.controllers import volume_matching as matching
from kubesim.controllers.local_path_provisioner.controller import serving_pod
from kubesim.controllers.local_path_provisioner.volume import NAME as LOCAL_PATH
from kubesim.controllers.local_path_provisioner.volume import problem as local_path_problem
from kubesim.controllers.persistent_volume.claims import pods_with
from kubesim.controllers.volume_matching import CLASS, NO_PROVISIONER, VOLUME
from kubesim.golang.json import dumps
from kubesim.kinds.persistent_volume_claim import default_class
from kubesim.sim.images.slips import nearest
from kubesim.views.why.ending import unfinalized
from kubesim.views.why.model import Cause, Repair, command
from kubesim.views.words import listed, titled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.cluster import Cluster
    from kubesim.views.why.inquiry import Inquiry


def claim_causes(inquiry: Inquiry, claim: Obj) -> list[Cause]:
    """Why a claim is not bound; nothing if it is, or only waits for the first pod that uses it, as its class wants."""
    if is_fine(inquiry.cluster, claim):
        return []
    found = next(filter(None, (find(inquiry, claim) for find in CAUSES)), None)
    return [found or _cause(claim, "Binds", "a volume is being bound to it", is_stage=True)]


def is_fine(cluster: Cluster, claim: Obj) -> bool:
    """Whether the claim is as it is wanted."""
    if is_terminating(claim) or dig(claim, "status", "phase") == "Lost":
        return False
    return dig(claim, "status", "phase") == "Bound" or waits_for_pod(cluster, claim)


def waits_for_pod(cluster: Cluster, claim: Obj) -> bool:
    """Whether the claim gets its volume once a pod uses it, and none does."""
    if matching.is_bound(claim) or claim["spec"].get("volumeName") or pods_with(cluster, claim):
        return False
    return matching.waits_for_consumer(cluster, claim) and _makes_volumes(cluster, claim) is None


def _cause(claim: Obj, code: str, text: str, *repairs: Repair | None, is_stage: bool = False, retry: str = "") -> Cause:
    since = parse_time(claim["metadata"].get("deletionTimestamp") or claim["metadata"]["creationTimestamp"])
    known = tuple(repair for repair in repairs if repair is not None)
    return Cause(code, key_of(claim), text, known, is_stage, retry, since)


# causes


def _is_deleted(inquiry: Inquiry, claim: Obj) -> Cause | None:
    cluster = inquiry.cluster
    if not is_terminating(claim):
        return None
    users = pods_with(cluster, claim)
    if not users:
        held = listed(claim["metadata"].get("finalizers") or ["nothing"])
        return _cause(
            claim, "BeingDeleted", f"it is being deleted, and held by the finalizer {held}", unfinalized(claim)
        )
    names = listed([titled(pod) for pod in users])
    repair = command("delete", *(titled(pod) for pod in users))
    return _cause(claim, "BeingDeleted", f"it is being deleted, and goes once {names} no longer uses it", repair)


def _is_lost(_inquiry: Inquiry, claim: Obj) -> Cause | None:
    if dig(claim, "status", "phase") != "Lost":
        return None
    text = f"its volume pv/{claim['spec'].get('volumeName')} is gone, and what was on it"
    return _cause(claim, "VolumeLost", text, _made_anew(claim, {"volumeName": None}))


def _names_volume(inquiry: Inquiry, claim: Obj) -> Cause | None:
    cluster = inquiry.cluster
    name = claim["spec"].get("volumeName")
    if not name or matching.is_bound(claim):
        return None
    volume = cluster.find(VOLUME, "", name)
    without = _made_anew(claim, {"volumeName": None})
    if volume is None:
        return _cause(claim, "VolumeMissing", f"it names pv/{name}, which is not there", without)
    reference = volume["spec"].get("claimRef")
    if reference is not None and not matching.is_bound_to(volume, claim):
        text = f"it names pv/{name}, which is bound to pvc/{reference.get('name')}"
        return _cause(claim, "VolumeTaken", text, without)
    wrong = matching.mismatch(volume, claim)
    return None if wrong is None else _cause(claim, "VolumeUnfit", f"it names pv/{name}: {wrong}", without)


def _class_missing(inquiry: Inquiry, claim: Obj) -> Cause | None:
    cluster = inquiry.cluster
    name = matching.class_name(claim)
    if not name or cluster.find(CLASS, "", name) is not None or _free_volume(cluster, claim) is not None:
        return None
    known = [one["metadata"]["name"] for one in cluster.list(CLASS)]
    there = f"there is {listed(known)}" if known else "there is none at all"
    volumes = _misfits(cluster, claim)
    text = f"storageclass {name} is not there ({there}), and no volume of that class is free{volumes}"
    return _cause(claim, "ClassMissing", text, _of_other_class(cluster, claim), _new_volume(claim))


def _waits_for_node(inquiry: Inquiry, claim: Obj) -> Cause | None:
    """Its class waits for the pod that uses it to have a node."""
    cluster = inquiry.cluster
    if not matching.waits_for_consumer(cluster, claim) or ANN_SELECTED_NODE in annotations_of(claim):
        return None
    cannot = _makes_volumes(cluster, claim)
    if cannot is not None:
        return _no_volumes(cluster, claim, *cannot)
    for pod in pods_with(cluster, claim):
        causes = inquiry.causes_of(pod)
        if causes and not pod["spec"].get("nodeName"):
            root = causes[0]
            return root._replace(text=f"it waits for the node of {titled(pod)}: {root.text}", pods=())
    return None


def _no_class(inquiry: Inquiry, claim: Obj) -> Cause | None:
    """No class makes a volume for it, and none that is there will do."""
    cluster = inquiry.cluster
    if matching.class_name(claim) or _free_volume(cluster, claim) is not None:
        return None
    what = (
        "no class makes a volume for it" if "storageClassName" in claim["spec"] else "there is no default storageclass"
    )
    text = f"{what}, and no volume will do{_misfits(cluster, claim)}"
    return _cause(claim, "NoVolume", text, _of_other_class(cluster, claim), _new_volume(claim))


def _not_made(inquiry: Inquiry, claim: Obj) -> Cause | None:
    cluster = inquiry.cluster
    cannot = _makes_volumes(cluster, claim)
    return None if cannot is None else _no_volumes(cluster, claim, *cannot)


def _is_made(inquiry: Inquiry, claim: Obj) -> Cause | None:
    """The provisioner does not succeed, or is at work."""
    cluster = inquiry.cluster
    if matching.class_of(cluster, claim) is None:
        return None
    wrong = local_path_problem(cluster, claim)
    if wrong is None:
        return _cause(claim, "MakesVolume", "its volume is being made", is_stage=True)
    modes = claim["spec"].get("accessModes") or []
    if "access modes" in wrong:
        text = (
            f"its class {matching.class_name(claim)} makes ReadWriteOnce volumes alone, and it asks for {listed(modes)}"
        )
        repairs = [_made_anew(claim, {"accessModes": ["ReadWriteOnce"]}), _new_volume(claim)]
        return _cause(claim, "AccessMode", text, *repairs, retry="provision")
    if "Selector" in wrong:
        text = f"its class {matching.class_name(claim)} makes no volumes for a selector"
        return _cause(claim, "ClaimSelector", text, _made_anew(claim, {"selector": None}), retry="provision")
    text = f"its class {matching.class_name(claim)} binds at once, and its provisioner has to know the node first"
    return _cause(claim, "BindsTooEarly", text, _of_other_class(cluster, claim), retry="provision")


CAUSES = (_is_deleted, _is_lost, _names_volume, _class_missing, _waits_for_node, _no_class, _not_made, _is_made)


# classes


def _makes_volumes(cluster: Cluster, claim: Obj) -> tuple[str, str] | None:
    """Why a claim's class makes no volumes, with its code; None if it does, or is not there."""
    found = matching.class_of(cluster, claim)
    if found is None or _free_volume(cluster, claim) is not None:
        return None
    name, provisioner = found["metadata"]["name"], str(found.get("provisioner", ""))
    if provisioner == NO_PROVISIONER:
        return (
            "NoVolume",
            f"its class {name} makes no volumes, and none that is there will do{_misfits(cluster, claim)}",
        )
    if provisioner != LOCAL_PATH:
        return "NoProvisioner", f"its class {name} leaves the work to {provisioner}, which does not run here"
    if serving_pod(cluster) is None:
        return "NoProvisioner", f"its class {name} leaves the work to {provisioner}, which has no pod that is ready"
    return None


def _no_volumes(cluster: Cluster, claim: Obj, code: str, text: str) -> Cause:
    return _cause(claim, code, text, _of_other_class(cluster, claim), _new_volume(claim))


def _of_other_class(cluster: Cluster, claim: Obj) -> Repair | None:
    """The claim anew with a class that is near or the default, if volumes are made for that."""
    own, known = matching.class_name(claim), cluster.list(CLASS)
    near = nearest(own, [one["metadata"]["name"] for one in known]) if own else None
    for name in (near, default_class(known)):
        if not name or name == own:
            continue
        other = {**claim, "spec": {**claim["spec"], "storageClassName": name}}
        if _makes_volumes(cluster, other) is None and "ReadWriteMany" not in (claim["spec"].get("accessModes") or ()):
            return _made_anew(claim, {"storageClassName": name})
    return None


def _made_anew(claim: Obj, change: Obj) -> Repair:
    """Most of a claim's spec cannot be changed: delete it and make it anew."""
    bound = [name for name in annotations_of(claim) if name.startswith(("pv.kubernetes.io/", "volume."))]
    meta = {"finalizers": None, **({"annotations": dict.fromkeys(bound)} if bound else {})}
    body = {"metadata": meta, "spec": change}
    pipeline = (
        ("get", titled(claim), "-o", "json"),
        ("patch", "--local", "-f", "-", "-p", dumps(body, sort_keys=False), "-o", "json"),
        ("replace", "--force", "-f", "-"),
    )
    return Repair((pipeline,), note="this deletes it and makes it anew")


# volumes


def _free_volume(cluster: Cluster, claim: Obj) -> Obj | None:
    return matching.best_match(claim, cluster.list(VOLUME))


def _misfits(cluster: Cluster, claim: Obj) -> str:
    """Why the volumes that are free will not do, of two at most."""
    free = [volume for volume in cluster.list(VOLUME) if volume["spec"].get("claimRef") is None]
    words = [f"{titled(volume)} {why}" for volume in free if (why := _misfit(volume, claim))]
    return f": {'; '.join(words[:2])}" if words else ""


def _misfit(volume: Obj, claim: Obj) -> str:
    spec, wanted = volume["spec"], claim["spec"]
    return next(filter(None, _misfits_of(volume, claim, spec, wanted)), "")


def _misfits_of(volume: Obj, claim: Obj, spec: Obj, wanted: Obj) -> Iterator[str]:
    if matching.class_name(volume) != matching.class_name(claim):
        own, asked = (matching.class_name(one) or "no class" for one in (volume, claim))
        yield f"is of {own}, not of {asked}"
    if quantity.compare(matching.capacity(volume), matching.requested(claim)) < 0:
        yield f"has {matching.capacity(volume)} of the {matching.requested(claim)} asked for"
    missing = set(wanted.get("accessModes") or ()) - set(spec.get("accessModes") or ())
    if missing:
        yield f"does not allow {listed(sorted(missing))}"
    if "selector" in wanted and not from_label_selector(wanted["selector"]).matches(labels_of(volume)):
        yield "does not match the claim's selector"
    if spec.get("volumeMode") != wanted.get("volumeMode"):
        yield f"is a {spec.get('volumeMode')}, not a {wanted.get('volumeMode')}"


def _new_volume(claim: Obj) -> Repair:
    """A volume in a folder of a node, made by hand."""
    meta, spec = claim["metadata"], claim["spec"]
    name = f"{meta['name']}-volume"
    labels = dig(spec, "selector", "matchLabels")
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, **({"labels": labels} if labels else {})},
        "spec": {
            "capacity": {"storage": matching.requested(claim)},
            "accessModes": spec.get("accessModes") or [],
            **({"storageClassName": matching.class_name(claim)} if matching.class_name(claim) else {}),
            **({"volumeMode": spec["volumeMode"]} if spec.get("volumeMode") == "Block" else {}),
            "hostPath": {"path": f"/mnt/{name}"},
        },
    }
    made = dumps(volume, sort_keys=False)
    return command("create", "-f", "-", note="a volume in a folder of the node", is_namespaced=False)._replace(
        given=made
    )


def new_claim(name: str) -> Repair:
    """A claim of the default class, of 1 GiB."""
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    return command("create", "-f", "-", note="with a size of your own")._replace(given=dumps(claim, sort_keys=False))
