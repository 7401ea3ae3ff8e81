"""The field specs that kustomize has built in. Mirrors api/internal/konfig/builtinpluginconsts."""

from __future__ import annotations

from kubesim.kustomize.field_specs import FieldSpec
from kubesim.kustomize.ids import Gvk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

APPS, BATCH, RBAC = "apps", "batch", "rbac.authorization.k8s.io"
TEMPLATE, JOB_TEMPLATE = "spec/template", "spec/jobTemplate/spec/template"
#: Where the pod spec lies in kinds that name other objects in it.
POD_SPECS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    **dict.fromkeys(("Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job"), f"{TEMPLATE}/spec"),
    "CronJob": f"{JOB_TEMPLATE}/spec",
}

NAMES = [FieldSpec("metadata/name")]
NAMESPACES = [
    FieldSpec("metadata/name", Gvk(kind="Namespace"), create=True),
    FieldSpec("spec/service/namespace", Gvk("apiregistration.k8s.io", "", "APIService"), create=True),
    FieldSpec(
        "spec/conversion/webhook/clientConfig/service/namespace",
        Gvk("apiextensions.k8s.io", "", "CustomResourceDefinition"),
    ),
]
IMAGES = [
    FieldSpec(f"{where}/{path}", create=True)
    for where in ("spec", "spec/template/spec")
    for path in ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
]
REPLICAS = [
    FieldSpec("spec/replicas", Gvk(kind=kind), create=True)
    for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
]


def _of_templates(name: str, group_of_stateful_set: str) -> list[FieldSpec]:
    """Labels or annotations of an object and of the templates in it."""
    gvks = (
        *(
            Gvk("", "v1", "ReplicationController"),
            Gvk(kind="Deployment"),
            Gvk(kind="ReplicaSet"),
            Gvk(kind="DaemonSet"),
        ),
        *(Gvk(group_of_stateful_set, "", "StatefulSet"), Gvk(BATCH, "", "Job")),
    )
    cron_job = Gvk(BATCH, "", "CronJob")
    return [
        FieldSpec(f"metadata/{name}", create=True),
        *(FieldSpec(f"{TEMPLATE}/metadata/{name}", gvk, create=True) for gvk in gvks),
        FieldSpec(f"spec/jobTemplate/metadata/{name}", cron_job, create=True),
        FieldSpec(f"{JOB_TEMPLATE}/metadata/{name}", cron_job, create=True),
    ]


ANNOTATIONS = _of_templates("annotations", "")
TEMPLATE_LABELS = [
    *_of_templates("labels", APPS),
    FieldSpec("spec/volumeClaimTemplates[]/metadata/labels", Gvk(APPS, "", "StatefulSet"), create=True),
]


def _selectors() -> Iterator[FieldSpec]:
    for kind in ("Service", "ReplicationController"):
        yield FieldSpec("spec/selector", Gvk("", "v1", kind), create=True)
    for gvk in (Gvk(kind="Deployment"), Gvk(kind="ReplicaSet"), Gvk(kind="DaemonSet"), Gvk(APPS, "", "StatefulSet")):
        yield FieldSpec("spec/selector/matchLabels", gvk, create=True)
    for kind in ("Deployment", "StatefulSet"):
        for affinity in ("podAffinity", "podAntiAffinity"):
            for rule in (
                "preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm",
                "requiredDuringSchedulingIgnoredDuringExecution",
            ):
                path = f"{TEMPLATE}/spec/affinity/{affinity}/{rule}/labelSelector/matchLabels"
                yield FieldSpec(path, Gvk(APPS, "", kind))
        path = f"{TEMPLATE}/spec/topologySpreadConstraints/labelSelector/matchLabels"
        yield FieldSpec(path, Gvk(APPS, "", kind))
    yield FieldSpec("spec/selector/matchLabels", Gvk(BATCH, "", "Job"))
    yield FieldSpec("spec/jobTemplate/spec/selector/matchLabels", Gvk(BATCH, "", "CronJob"))
    yield FieldSpec("spec/selector/matchLabels", Gvk("policy", "", "PodDisruptionBudget"))
    for path in ("spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"):
        yield FieldSpec(f"{path}/matchLabels", Gvk("networking.k8s.io", "", "NetworkPolicy"))


LABELS = [*_selectors(), *TEMPLATE_LABELS]


def _variables() -> Iterator[FieldSpec]:
    for kind, spec in POD_SPECS.items():
        if kind == "PodTemplate":
            continue
        for containers in ("containers", "initContainers"):
            for path in ("args", "command", "env/value", "volumeMounts/mountPath"):
                yield FieldSpec(f"{spec}/{containers}/{path}", Gvk(kind=kind))
        server = {"CronJob": f"{JOB_TEMPLATE}/volumes", "StatefulSet": "spec/volumeClaimTemplates/spec"}
        yield FieldSpec(f"{server.get(kind, f'{spec}/volumes')}/nfs/server", Gvk(kind=kind))
    for kind, path in (
        *(("Deployment", f"{TEMPLATE}/metadata/annotations"), ("Ingress", "spec/rules/host")),
        *(("Ingress", "spec/tls/hosts"), ("Ingress", "spec/tls/secretName"), ("Service", "spec/ports/port")),
        *(("Service", "spec/ports/targetPort"), ("PersistentVolume", "spec/nfs/server")),
        *(("", "metadata/labels"), ("", "metadata/annotations")),
    ):
        yield FieldSpec(path, Gvk(kind=kind))


VARIABLES = list(_variables())
