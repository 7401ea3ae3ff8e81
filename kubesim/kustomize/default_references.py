"""The fields that name other objects, by what they name. Mirrors builtinpluginconsts/namereference.go."""

from __future__ import annotations

from kubesim.kustomize.default_specs import APPS, JOB_TEMPLATE, POD_SPECS, RBAC, TEMPLATE
from kubesim.kustomize.field_specs import FieldSpec
from kubesim.kustomize.ids import Gvk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

INGRESS, STORAGE, ADMISSION = "networking.k8s.io", "storage.k8s.io", "admissionregistration.k8s.io"
_CONFIG_MAP_PATHS = (
    *("volumes/configMap/name", "containers/env/valueFrom/configMapKeyRef/name"),
    *("initContainers/env/valueFrom/configMapKeyRef/name", "containers/envFrom/configMapRef/name"),
    *("initContainers/envFrom/configMapRef/name", "volumes/projected/sources/configMap/name"),
)
_SECRET_PATHS = (
    *("volumes/secret/secretName", "containers/env/valueFrom/secretKeyRef/name"),
    *("initContainers/env/valueFrom/secretKeyRef/name", "containers/envFrom/secretRef/name"),
    *("initContainers/envFrom/secretRef/name", "imagePullSecrets/name", "volumes/projected/sources/secret/name"),
)
_CLAIMING = {
    "Pod": "spec",
    "StatefulSet": f"{TEMPLATE}/spec",
    "Deployment": f"{TEMPLATE}/spec",
    "ReplicationController": f"{TEMPLATE}/spec",
    "CronJob": f"{JOB_TEMPLATE}/spec",
    "Job": f"{TEMPLATE}/spec",
    "DaemonSet": f"{TEMPLATE}/spec",
}


def default_references() -> list[tuple[Gvk, list[FieldSpec]]]:
    """Each kind with the fields that name one of it."""
    return [(gvk, list(specs)) for gvk, specs in _references()]


def _references() -> Iterator[tuple[Gvk, Iterator[FieldSpec]]]:
    for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"):
        yield Gvk(kind=kind), _at(("HorizontalPodAutoscaler", "spec/scaleTargetRef/name"))
    yield Gvk("", "v1", "ConfigMap"), _of_config_maps()
    yield Gvk("", "v1", "Secret"), _of_secrets()
    yield Gvk("", "v1", "Service"), _of_services()
    yield Gvk(RBAC, "", "Role"), _within(RBAC, ("RoleBinding", "roleRef/name"))
    bindings = ("RoleBinding", "ClusterRoleBinding")
    yield Gvk(RBAC, "", "ClusterRole"), _within(RBAC, *((kind, "roleRef/name") for kind in bindings))
    yield Gvk("", "v1", "ServiceAccount"), _of_accounts(bindings)
    yield Gvk("", "v1", "PersistentVolumeClaim"), _in_pods("volumes/persistentVolumeClaim/claimName")
    yield (
        Gvk("", "v1", "PersistentVolume"),
        _at(("PersistentVolumeClaim", "spec/volumeName"), ("ClusterRole", "rules/resourceNames")),
    )
    classes = [(kind, "spec/storageClassName") for kind in ("PersistentVolume", "PersistentVolumeClaim")]
    in_claim_templates = ("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName")
    yield Gvk(STORAGE, "v1", "StorageClass"), _at(*classes, in_claim_templates)
    yield Gvk("scheduling.k8s.io", "v1", "PriorityClass"), _in_pods("priorityClassName")
    # The group is upstream's, with its version.
    yield Gvk(f"{INGRESS}/v1", "v1", "IngressClass"), _at(("Ingress", "spec/ingressClassName"))
    policy = "ValidatingAdmissionPolicy"
    yield Gvk(ADMISSION, "", policy), _within(ADMISSION, (f"{policy}Binding", "spec/policyName"))


def _at(*fields: tuple[str, str]) -> Iterator[FieldSpec]:
    """Field specs of kinds and paths, of whatever group."""
    return _within("", *fields)


def _within(group: str, *fields: tuple[str, str]) -> Iterator[FieldSpec]:
    return (FieldSpec(path, Gvk(group, "", kind)) for kind, path in fields)


def _in_pods(path: str) -> Iterator[FieldSpec]:
    return _at(*((kind, f"{spec}/{path}") for kind, spec in _CLAIMING.items()))


def _in_pod_specs(paths: tuple[str, ...], *missing: tuple[str, str]) -> Iterator[FieldSpec]:
    for kind, spec in POD_SPECS.items():
        for path in paths:
            if (kind, path) not in missing:
                yield FieldSpec(f"{spec}/{path}", Gvk("", "v1" if kind == "Pod" else "", kind))


def _of_config_maps() -> Iterator[FieldSpec]:
    yield from _in_pod_specs(_CONFIG_MAP_PATHS)
    yield from _at(
        *(("Node", "spec/configSource/configMap"), ("Role", "rules/resourceNames")),
        ("ClusterRole", "rules/resourceNames"),
        ("Ingress", r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"),
    )


def _of_secrets() -> Iterator[FieldSpec]:
    yield from _in_pod_specs(_SECRET_PATHS)
    yield from _at(
        ("Ingress", "spec/tls/secretName"),
        *(
            ("Ingress", rf"metadata/annotations/{annotation}")
            for annotation in (
                r"ingress.kubernetes.io\/auth-secret",
                r"nginx.ingress.kubernetes.io\/auth-secret",
                r"nginx.ingress.kubernetes.io\/auth-tls-secret",
            )
        ),
        ("ServiceAccount", "imagePullSecrets/name"),
        *(
            ("StorageClass", f"parameters/{name}")
            for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
        ),
        *(("Role", "rules/resourceNames"), ("ClusterRole", "rules/resourceNames")),
    )
    knative = Gvk("serving.knative.dev", "v1", "Service")
    yield FieldSpec(f"{TEMPLATE}/spec/containers/env/valueFrom/secretKeyRef/name", knative)
    yield from _at(("PersistentVolume", "spec/azureFile/secretName"))


def _of_services() -> Iterator[FieldSpec]:
    yield from _within(APPS, ("StatefulSet", "spec/serviceName"))
    yield from _at(
        *(
            ("Ingress", path)
            for path in (
                *("spec/rules/http/paths/backend/serviceName", "spec/backend/serviceName"),
                *("spec/rules/http/paths/backend/service/name", "spec/defaultBackend/service/name"),
            )
        )
    )
    yield from _within("apiregistration.k8s.io", ("APIService", "spec/service/name"))
    hooks = ("ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")
    yield from _within(ADMISSION, *((kind, "webhooks/clientConfig/service") for kind in hooks))


def _of_accounts(bindings: tuple[str, ...]) -> Iterator[FieldSpec]:
    yield from _within(RBAC, *((kind, "subjects") for kind in bindings))
    yield from _in_pods("serviceAccountName")
