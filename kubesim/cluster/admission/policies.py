"""Policies that are in force for a request, with their bindings and parameters. Mirrors apiserver's policy/generic."""

from __future__ import annotations

from kubesim.api.selectors import from_label_selector
from kubesim.cluster.admission.matching import matches
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_EVERYTHING = ({"operations": ["*"], "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*/*"], "scope": "*"},)
#: Questions, which policies do not see.
_QUESTIONS = ("authentication.k8s.io", "authorization.k8s.io")


class Invocation(NamedTuple):
    """A policy that is asked, by a binding and with the object that the binding refers to.

    ``fault`` says why it cannot be asked.
    """

    policy: Obj
    binding: Obj
    params: Obj | None = None
    fault: str = ""

    @property
    def fails_closed(self) -> bool:
        """Whether what cannot be evaluated is refused."""
        return bool(self.policy["spec"].get("failurePolicy", "Fail") == "Fail")


def invocations(kind: str, attributes: Attributes, client: Client) -> Iterator[Invocation]:
    """Every policy of a kind that a binding puts in force for a request. Mirrors Dispatch."""
    if attributes.names.group in _QUESTIONS:
        return
    bindings: dict[str, list[Obj]] = {}
    for binding in client.list(f"{kind}Binding"):
        bindings.setdefault(binding["spec"]["policyName"], []).append(binding)
    for policy in client.list(kind):
        own = bindings.get(policy["metadata"]["name"])
        if not own or not _is_for(policy["spec"].get("matchConstraints"), attributes, client):
            continue
        for binding in own:
            resources = binding["spec"].get("matchResources")
            if resources is None or _is_for(resources, attributes, client):
                yield from _with_params(policy, binding, attributes, client)


def _is_for(resources: Obj | None, attributes: Attributes, client: Client) -> bool:
    """Whether match resources, of a policy or a binding, match a request."""
    resources = resources or {}
    return matches(
        attributes,
        client,
        resources.get("resourceRules") or _EVERYTHING,
        exclude_rules=resources.get("excludeResourceRules") or (),
        namespace_selector=resources.get("namespaceSelector"),
        object_selector=resources.get("objectSelector"),
        match_policy=resources.get("matchPolicy") or "Equivalent",
    )


def _with_params(policy: Obj, binding: Obj, attributes: Attributes, client: Client) -> Iterator[Invocation]:
    """One invocation for each object that a binding's paramRef means. Mirrors CollectParams."""
    kind, reference = policy["spec"].get("paramKind"), binding["spec"].get("paramRef")
    if kind is None or reference is None:
        yield Invocation(policy, binding)
        return
    try:
        found = _params(kind, reference, attributes.namespace, client)
    except ValueError as error:
        yield Invocation(policy, binding, fault=f"failed to configure binding: {error}")
        return
    for params in found:
        yield Invocation(policy, binding, params)


def _params(kind: Obj, reference: Obj, namespace: str, client: Client) -> list[Obj]:
    """The objects that a reference means, in their own namespace or in the request's; ValueError."""
    names = client.kinds.names_for(kind["apiVersion"], kind["kind"])
    if names is None:
        group, _, version = kind["apiVersion"].rpartition("/")
        shown = f"&ParamKind{{APIVersion:{kind['apiVersion']},Kind:{kind['kind']},}}"
        raise ValueError(f"paramKind kind `{shown}` not known" if group or version else "paramKind is not known")
    if names.namespaced:
        namespace = reference.get("namespace") or namespace
        if not namespace:
            words = "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            raise ValueError(words)
    elif reference.get("namespace"):
        raise ValueError("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    else:
        namespace = ""
    if reference.get("name"):
        param = client.find(names.key, namespace, reference["name"])
        found = [] if param is None else [param]
    else:
        selector = from_label_selector(reference.get("selector") or {})
        every = client.list(names.key, namespace)
        found = [param for param in every if selector.matches(param["metadata"].get("labels") or {})]
    if not found and reference.get("parameterNotFoundAction") == "Deny":
        raise ValueError("no params found for policy binding with `Deny` parameterNotFoundAction")
    return found
