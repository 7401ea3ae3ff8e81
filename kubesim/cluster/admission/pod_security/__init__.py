"""The plugin PodSecurity: how secure the pods of a namespace have to be, by the namespace's labels.

Mirrors k8s.io/pod-security-admission's admission.go.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import annotations_of, controller_of, dig, labels_of
from kubesim.cluster.admission import UPDATE
from kubesim.cluster.admission.pod_security.checks import details_of, evaluate, reasons_of
from kubesim.cluster.admission.pod_security.policy import PRIVILEGED, is_stricter, policy_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.admission.pod_security.findings import Finding
    from kubesim.cluster.admission.pod_security.policy import Standard
    from kubesim.cluster.client import Client

# Of the parts of a pod that are written by themselves these alone change what it may do.
_JUDGED_SUBRESOURCES = ("", "ephemeralcontainers", "resize")
_MOST_PODS = 3000  # that are checked when a namespace gets another level


def validate(attributes: Attributes, client: Client) -> None:
    """StatusError Forbidden for a pod beyond the enforced level, Invalid for a namespace's labels; warnings."""
    kind = attributes.names.key
    if kind == "Namespace":
        _validate_namespace(attributes, client)
    elif kind == "Pod":
        if attributes.subresource in _JUDGED_SUBRESOURCES and _is_significant(attributes):
            _judge(attributes, client, attributes.new, enforce=True)
    elif not attributes.subresource:
        template = _template_of(attributes.new)
        if template is not None:
            _judge(attributes, client, template, enforce=False)


def _judge(attributes: Attributes, client: Client, pod: Obj, *, enforce: bool) -> None:
    """Mirrors EvaluatePod."""
    policy, _ = policy_of(labels_of(client.get("Namespace", "", attributes.namespace)))
    enforced = _evaluate(policy.enforce, pod) if enforce else []
    if enforced:
        raise attributes.forbidden(f'violates PodSecurity "{policy.enforce}": {details_of(enforced)}')
    warned = [] if enforce and policy.warn == policy.enforce else _evaluate(policy.warn, pod)
    if warned:
        client.warn(f'would violate PodSecurity "{policy.warn}": {details_of(warned)}')


def _evaluate(standard: Standard, pod: Obj) -> list[Finding]:
    return evaluate(standard, annotations_of({"metadata": pod.get("metadata") or {}}), pod.get("spec") or {})


def _template_of(obj: Obj) -> Obj | None:
    """The template of the pods that the object makes; None without one. Mirrors DefaultPodSpecExtractor."""
    path = {"CronJob": ("spec", "jobTemplate", "spec", "template"), "PodTemplate": ("template",)}
    template: Obj | None = dig(obj, *path.get(obj["kind"], ("spec", "template")))
    return template


def _is_significant(attributes: Attributes) -> bool:
    """Whether a pod is new, or has other containers or images. Mirrors isSignificantPodUpdate."""
    if attributes.operation != UPDATE:
        return True
    new, old = attributes.new["spec"], (attributes.old or {})["spec"]
    for field in ("containers", "initContainers"):
        if [one["image"] for one in new.get(field) or ()] != [one["image"] for one in old.get(field) or ()]:
            return True
    before = {container["name"]: container["image"] for container in old.get("ephemeralContainers") or ()}
    return any(before.get(one["name"]) != one["image"] for one in new.get("ephemeralContainers") or ())


def _validate_namespace(attributes: Attributes, client: Client) -> None:
    """Mirrors ValidateNamespace."""
    if attributes.subresource:
        return
    policy, wrong = policy_of(labels_of(attributes.new))
    before, wrong_before = policy_of(labels_of(attributes.old or {"metadata": {}}))
    is_update = attributes.operation == UPDATE
    if wrong and not (is_update and wrong == wrong_before):
        causes = tuple(error.cause() for error in wrong)
        raise errors.invalid("Namespace", "", attributes.name, causes)
    new, old = policy.enforce, before.enforce
    if not is_update or new == old or new.level == PRIVILEGED:
        return
    if new.version == old.version and not is_stricter(new.level, old.level):
        return
    for warning in _warnings_for_pods(client.list("Pod", attributes.name), attributes.name, new):
        client.warn(warning)


def _warnings_for_pods(pods: list[Obj], namespace: str, standard: Standard) -> Iterator[str]:
    """What becomes of the pods that are there, by what is wrong with them. Mirrors EvaluatePodsInNamespace."""
    names: dict[str, list[str]] = {}
    for pod in _in_turn(pods)[:_MOST_PODS]:
        found = _evaluate(standard, pod)
        if found:
            names.setdefault(reasons_of(found), []).append(pod["metadata"]["name"])
    if len(pods) > _MOST_PODS:
        yield (
            f"new PodSecurity enforce level only checked against the first {_MOST_PODS} of {len(pods)} existing pods"
        )
    if names:
        yield f'existing pods in namespace "{namespace}" violate the new PodSecurity enforce level "{standard}"'
    yield from sorted(f"{_called(those)}: {reasons}" for reasons, those in names.items())


def _called(names: list[str]) -> str:
    others = len(names) - 1
    if not others:
        return names[0]
    return f"{min(names)} (and {others} other pod{'s' if others > 1 else ''})"


def _in_turn(pods: Iterable[Obj]) -> list[Obj]:
    """One pod of each controller first, then those that are like it. Mirrors prioritizePods."""
    first: list[Obj] = []
    others: list[Obj] = []
    seen = set[str]()
    for pod in pods:
        owner = controller_of(pod)
        uid = "" if owner is None else owner["uid"]
        (others if uid in seen else first).append(pod)
        if uid:
            seen.add(uid)
    return first + others
