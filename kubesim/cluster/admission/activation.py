"""What the expressions of a policy or a webhook see of a request. Mirrors apiserver's pkg/admission/plugin/cel."""

from __future__ import annotations

from kubesim.api.cel.evaluator import Evaluator
from kubesim.api.cel.functions.authorizer import Authorizer, Check, ResourceCheck
from kubesim.api.cel.program import instantiated
from kubesim.api.cel.values import EvaluationError
from kubesim.cluster.admission import CONNECT
from kubesim.cluster.identity import impersonated, user_info
from kubesim.cluster.rbac import Action, decide
from kubesim.cluster.subresources import SCALE, scale_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_CALL_LIMIT = 1_000_000


class Activation:
    """The variables of a request's expressions; ``params`` is the object that a binding refers to, if any.

    ``definitions`` are the policy's own variables, each worked out when it is first asked for.
    """

    def __init__(
        self, attributes: Attributes, client: Client, *, params: Obj | None = None, definitions: list[Obj] | None = None
    ) -> None:
        authorizer = _authorizer(client)
        self._variables: dict[str, Any] = {
            "object": _seen(attributes.obj, attributes.subresource),
            "oldObject": _seen(attributes.old, attributes.subresource),
            "params": params,
            "request": request_of(attributes, client),
            "namespaceObject": _namespace(attributes, client),
            "authorizer": authorizer,
            "authorizer.requestResource": _requested(attributes, authorizer),
            "variables": _Variables(definitions or [], self),
        }

    def evaluate(self, expression: str) -> Any:
        """The value of an expression that was compiled before; EvaluationError, with the expression in it."""
        try:
            return self.value(expression)
        except EvaluationError as error:
            raise EvaluationError(f"expression '{expression}' resulted in error: {error}") from None

    def value(self, expression: str) -> Any:
        return Evaluator(self._variables, limit=_CALL_LIMIT).evaluate(instantiated(expression))


class _Variables(dict):  # type: ignore[type-arg]
    """A policy's own variables, by their names."""

    def __init__(self, definitions: list[Obj], activation: Activation) -> None:
        super().__init__({variable["name"]: variable["expression"] for variable in definitions})
        self._activation = activation
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            try:
                self._values[name] = self._activation.value(super().__getitem__(name))
            except EvaluationError as error:
                raise EvaluationError(f'composited variable "{name}" fails to evaluate: {error}') from None
        return self._values[name]


def _seen(obj: Obj | None, subresource: str) -> Obj | None:
    """An object as its request has it: a Scale where its scale is written."""
    return scale_of(obj) if obj is not None and subresource == SCALE else obj


def request_of(attributes: Attributes, client: Client) -> Obj:
    """The request without its objects. Mirrors CreateAdmissionRequest."""
    names = attributes.names
    kind = {"group": names.group, "version": names.version, "kind": names.kind}
    if attributes.subresource == SCALE:
        kind = {"group": "autoscaling", "version": "v1", "kind": "Scale"}
    elif attributes.subresource == "token":
        kind = {"group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"}
    elif attributes.operation == CONNECT:
        kind = {**kind, "kind": attributes.new.get("kind", names.kind)}
    resource = {"group": names.group, "version": names.version, "resource": names.plural}
    request: Obj = {"kind": kind, "resource": resource, "requestKind": kind, "requestResource": resource}
    meta = attributes.new.get("metadata") or {}
    given = {
        "subResource": attributes.subresource,
        "requestSubResource": attributes.subresource,
        "name": attributes.name or meta.get("name", ""),
        "namespace": attributes.namespace,
    }
    request |= {key: value for key, value in given.items() if value}
    options = {"CREATE": "CreateOptions", "UPDATE": "UpdateOptions", "DELETE": "DeleteOptions"}
    sort = options.get(attributes.operation)
    return request | {
        "operation": attributes.operation,
        "userInfo": user_info(client.user),
        "dryRun": client.dry_run,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": sort} if sort else None,
    }


_NAMESPACE_FIELDS = (
    *("name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp"),
    *("deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "finalizers"),
)


def _namespace(attributes: Attributes, client: Client) -> Obj | None:
    """The namespace of a request, with the fields that expressions may see. Mirrors CreateNamespaceObject."""
    if not attributes.namespace or attributes.names.key == "Namespace":
        return None
    namespace = client.get("Namespace", "", attributes.namespace)
    meta = {field: namespace["metadata"][field] for field in _NAMESPACE_FIELDS if field in namespace["metadata"]}
    return {"metadata": meta, "spec": namespace.get("spec", {}), "status": namespace.get("status", {})}


def _authorizer(client: Client) -> Authorizer:
    def may(check: Check) -> tuple[bool, str]:
        identity = client.user
        if check.account:
            identity = impersonated("system:serviceaccount:" + ":".join(check.account), (), "", ())
        action = Action(check.verb, check.group, check.resource, check.subresource, check.name, check.path)
        found = decide(client, identity, check.namespace, action)
        return found.is_allowed, found.reason

    return Authorizer(may)


def _requested(attributes: Attributes, authorizer: Authorizer) -> ResourceCheck:
    """The check of the resource that is asked for."""
    names = attributes.names
    check = Check("", "", names.group, names.plural, attributes.subresource, attributes.namespace, attributes.name)
    return ResourceCheck(authorizer.decide, check)
