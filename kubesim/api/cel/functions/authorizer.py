"""The authorizer, which policies may ask whether somebody may do something. Mirrors apiserver's library/authz.go."""

from __future__ import annotations

from kubesim.api.cel.values import EvaluationError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    #: Whether a user (None: the one who asks) may do what the other fields say, and why.
    Decide = Callable[["Check"], tuple[bool, str]]


class Check(NamedTuple):
    """What is asked: of a path, or of a resource. ``account`` is another's namespace and name."""

    verb: str = ""
    path: str = ""
    group: str = ""
    resource: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    account: tuple[str, str] | None = None


class _Authorization(NamedTuple):
    decide: Decide
    check: Check = Check()

    def with_(self, sort: type[_Authorization], **changes: Any) -> _Authorization:
        return sort(self.decide, self.check._replace(**changes))


class Authorizer(_Authorization):
    @property
    def cel_type(self) -> str:
        return "kubernetes.authorization.Authorizer"


class PathCheck(_Authorization):
    @property
    def cel_type(self) -> str:
        return "kubernetes.authorization.PathCheck"


class GroupCheck(_Authorization):
    @property
    def cel_type(self) -> str:
        return "kubernetes.authorization.GroupCheck"


class ResourceCheck(_Authorization):
    @property
    def cel_type(self) -> str:
        return "kubernetes.authorization.ResourceCheck"


class DecisionValue(NamedTuple):
    is_allowed: bool
    reason: str

    @property
    def cel_type(self) -> str:
        return "kubernetes.authorization.Decision"


def _path(authorizer: Authorizer, path: str) -> _Authorization:
    if not path:
        raise EvaluationError("path must not be empty")
    return authorizer.with_(PathCheck, path=path)


def _resource(group: GroupCheck, resource: str) -> _Authorization:
    if not resource:
        raise EvaluationError("resource must not be empty")
    return group.with_(ResourceCheck, resource=resource)


def _service_account(authorizer: Authorizer, namespace: str, name: str) -> _Authorization:
    from kubesim.api.names import is_dns_1123_label, is_dns_1123_subdomain

    if is_dns_1123_subdomain(name):
        raise EvaluationError("Invalid service account name")
    if is_dns_1123_label(namespace):
        raise EvaluationError("Invalid service account namespace")
    return authorizer.with_(Authorizer, account=(namespace, name))


def _check(asked: _Authorization, verb: str) -> DecisionValue:
    return DecisionValue(*asked.decide(asked.check._replace(verb=verb)))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "path": _path,
    "group": lambda authorizer, group: authorizer.with_(GroupCheck, group=group),
    "serviceAccount": _service_account,
    "resource": _resource,
    "subresource": lambda check, subresource: check.with_(ResourceCheck, subresource=subresource),
    "namespace": lambda check, namespace: check.with_(ResourceCheck, namespace=namespace),
    "name": lambda check, name: check.with_(ResourceCheck, name=name),
    "fieldSelector": lambda check, _selector: check,
    "labelSelector": lambda check, _selector: check,
    "check": _check,
    "allowed": lambda decision: decision.is_allowed,
    "reason": lambda decision: decision.reason,
    "errored": lambda _decision: False,
    "error": lambda _decision: "",
}
