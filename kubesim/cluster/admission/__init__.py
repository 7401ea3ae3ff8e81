"""The admission plugins that are on in a default cluster, in the order in which the API server calls them.

A plugin is a file here, and a row in ``PLUGINS``.  ``admit`` of it changes a request's object, ``validate`` refuses or
warns.  It is imported when its row says that it has something to do.  Mirrors pkg/kubeapiserver/options/plugins.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import annotations_of, labels_of
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.module_import import import_module
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.kinds import Names
    from kubesim.kinds.base import Reader

CREATE, UPDATE, DELETE, CONNECT = EVERY_OPERATION = ("CREATE", "UPDATE", "DELETE", "CONNECT")
MUTATING, VALIDATING = "M", "V"
ENFORCE_MOUNTABLE_SECRETS = "kubernetes.io/enforce-mountable-secrets"


class Attributes(NamedTuple):
    """What is asked for. Mirrors admission.Attributes.

    ``namespace`` is empty for what is cluster-wide.  ``obj`` is the new object, None for DELETE, and the options for
    CONNECT; ``old`` the stored one of UPDATE and DELETE.  A plugin may replace top-level fields of ``obj`` in place.
    """

    operation: str
    names: Names
    namespace: str
    name: str
    obj: Obj | None
    old: Obj | None = None
    subresource: str = ""

    @property
    def new(self) -> Obj:
        """The new object, where the operation has one."""
        return self.obj or {}

    def forbidden(self, why: str) -> errors.StatusError:
        """The refusal for that reason. Mirrors admission.NewForbidden."""
        meta = self.new.get("metadata") or {}
        name = self.name or meta.get("name") or meta.get("generateName") or ""
        return errors.forbidden(self.names.plural, self.names.group, name, why)


class Plugin(NamedTuple):
    """A row: upstream's name of a plugin, its file, and the requests that it is called for.

    No ``kinds`` are all of them.  ``when`` may say, without an import, that there is nothing for it to do.
    """

    name: str
    module: str
    phases: str
    operations: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    when: Callable[[Attributes, Reader], bool] | None = None
    subresources: bool = False

    def handles(self, operation: str, kind: str, *, is_part: bool) -> bool:
        """Whether the plugin is called for such requests at all; ``is_part``: for those of a subresource."""
        is_known = not self.kinds or kind in self.kinds
        return operation in self.operations and is_known and (self.subresources or not is_part)


def _has_any(kind: str) -> Callable[[Attributes, Reader], bool]:
    """Whether the cluster has an object of a kind that belongs to no namespace."""
    return lambda _attributes, client: bool(client.list(kind, ""))


def _has_limits(attributes: Attributes, client: Reader) -> bool:
    return bool(client.list("LimitRange", attributes.namespace))


def _names_runtime(attributes: Attributes, _client: Reader) -> bool:
    spec = attributes.new.get("spec") or {}
    return bool(spec.get("runtimeClassName") or spec.get("overhead"))


def _is_asked_by_node(_attributes: Attributes, client: Any) -> bool:
    user = client.context.user
    return user is not None and user.name.startswith("system:node:")


def _names_node(attributes: Attributes, _client: Reader) -> bool:
    return bool(attributes.new["spec"].get("nodeName"))


def _enforces_secrets(attributes: Attributes, client: Reader) -> bool:
    account = client.find("ServiceAccount", attributes.namespace, attributes.new["spec"].get("serviceAccountName", ""))
    return account is not None and ENFORCE_MOUNTABLE_SECRETS in annotations_of(account)


POD_SECURITY_PREFIX = "pod-security.kubernetes.io/"


def _has_levels(attributes: Attributes, client: Reader) -> bool:
    """Whether the namespace asks for some level of PodSecurity, or is about to."""
    if attributes.names.key != "Namespace":
        namespace = client.find("Namespace", "", attributes.namespace)
        return namespace is not None and _asks_for_level(namespace)
    return _asks_for_level(attributes.new) or _asks_for_level(attributes.old or {})


def _asks_for_level(namespace: Obj) -> bool:
    meta = namespace.get("metadata")
    return meta is not None and any(label.startswith(POD_SECURITY_PREFIX) for label in labels_of(namespace))


# Namespaces, pods, and what makes pods.
_JUDGED = (
    *(
        "Namespace",
        "Pod",
        "ReplicationController",
        "PodTemplate",
        "ReplicaSet",
        "Deployment",
        "StatefulSet",
        "DaemonSet",
    ),
    *("Job", "CronJob"),
)

_CSR = ("CertificateSigningRequest",)

PLUGINS = (
    Plugin("NamespaceLifecycle", "namespace_lifecycle", MUTATING, (CREATE, DELETE)),
    Plugin("LimitRanger", "limit_ranger", "MV", (CREATE,), ("Pod", "PersistentVolumeClaim"), _has_limits),
    Plugin("ServiceAccount", "service_account", MUTATING, (CREATE,), ("Pod",)),
    Plugin("ServiceAccount", "mountable_secrets", MUTATING, (CREATE,), ("Pod",), _enforces_secrets),
    Plugin(
        "NodeRestriction",
        "node_restriction",
        MUTATING,
        EVERY_OPERATION,
        ("Node", "Pod", "PersistentVolumeClaim"),
        _is_asked_by_node,
        subresources=True,
    ),
    Plugin("TaintNodesByCondition", "taint_nodes_by_condition", MUTATING, (CREATE,), ("Node",)),
    Plugin("PodSecurity", "pod_security", VALIDATING, (CREATE, UPDATE), _JUDGED, _has_levels, subresources=True),
    Plugin("Priority", "priority", MUTATING, (CREATE, UPDATE), ("Pod",)),
    Plugin("Priority", "priority", VALIDATING, (CREATE, UPDATE), ("PriorityClass",)),
    Plugin("DefaultTolerationSeconds", "default_toleration_seconds", MUTATING, (CREATE, UPDATE), ("Pod",)),
    Plugin("DefaultStorageClass", "default_storage_class", MUTATING, (CREATE,), ("PersistentVolumeClaim",)),
    Plugin(
        "StorageObjectInUseProtection",
        "storage_object_in_use_protection",
        MUTATING,
        (CREATE,),
        ("PersistentVolumeClaim", "PersistentVolume", "VolumeAttributesClass"),
    ),
    Plugin(
        "PersistentVolumeClaimResize",
        "persistent_volume_claim_resize",
        VALIDATING,
        (UPDATE,),
        ("PersistentVolumeClaim",),
    ),
    Plugin("RuntimeClass", "runtime_class", "MV", (CREATE,), ("Pod",), _names_runtime),
    Plugin("CertificateApproval", "certificate_approval", VALIDATING, (UPDATE,), _CSR, subresources=True),
    Plugin("CertificateSigning", "certificate_signing", VALIDATING, (UPDATE,), _CSR, subresources=True),
    Plugin("CertificateSubjectRestriction", "certificate_subject_restriction", VALIDATING, (CREATE,), _CSR),
    Plugin("DefaultIngressClass", "default_ingress_class", MUTATING, (CREATE,), ("Ingress",), _has_any("IngressClass")),
    Plugin("PodTopologyLabels", "pod_topology_labels", MUTATING, (CREATE,), ("Pod",), _names_node),
    Plugin(
        "MutatingAdmissionPolicy",
        "mutating_admission_policy",
        MUTATING,
        (CREATE, UPDATE, CONNECT),
        when=_has_any("MutatingAdmissionPolicyBinding"),
        subresources=True,
    ),
    Plugin(
        "MutatingAdmissionWebhook",
        "mutating_webhook",
        MUTATING,
        EVERY_OPERATION,
        when=_has_any("MutatingWebhookConfiguration"),
        subresources=True,
    ),
    Plugin(
        "ValidatingAdmissionPolicy",
        "validating_admission_policy",
        VALIDATING,
        EVERY_OPERATION,
        when=_has_any("ValidatingAdmissionPolicyBinding"),
        subresources=True,
    ),
    Plugin(
        "ValidatingAdmissionWebhook",
        "validating_webhook",
        VALIDATING,
        EVERY_OPERATION,
        when=_has_any("ValidatingWebhookConfiguration"),
        subresources=True,
    ),
)


def mutate(attributes: Attributes, client: Reader) -> None:
    """Let the plugins change the request's object, in place. Mirrors MutationInterface.

    StatusError where one refuses it.
    """
    for plugin in _called(MUTATING, attributes, client):
        plugin.admit(attributes, client)


def validate(attributes: Attributes, client: Reader) -> None:
    """Let the plugins judge the request as it came to be; StatusError. Mirrors ValidationInterface."""
    for plugin in _called(VALIDATING, attributes, client):
        plugin.validate(attributes, client)


def _called(phase: str, attributes: Attributes, client: Reader) -> Iterator[Any]:
    """The files of the plugins that have something to do, in order."""
    for row in _rows(phase, attributes.operation, attributes.names.key, bool(attributes.subresource)):
        if row.when is None or row.when(attributes, client):
            yield import_module(f"{__name__}.{row.module}")


@lru_cache(maxsize=None)
def _rows(phase: str, operation: str, kind: str, is_part: bool) -> tuple[Plugin, ...]:
    """The plugins that are called in that phase for such requests; ``is_part``: for those of a subresource."""
    return tuple(row for row in PLUGINS if phase in row.phases and row.handles(operation, kind, is_part=is_part))
