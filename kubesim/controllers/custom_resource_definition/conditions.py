"""The conditions of a definition. Mirrors apiextensions-apiserver's pkg/apihelpers and the controllers' own words."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, condition_of, dig, rfc3339
from kubesim.golang.quoting import quote

APPROVED_ANNOTATION = "api-approved.kubernetes.io"
PROPOSAL = "see https://github.com/kubernetes/enhancements/pull/1111"


def condition(kind: str, status: str, reason: str, message: str) -> Obj:
    """A condition that has no instant yet."""
    return {"message": message, "reason": reason, "status": status, "type": kind}


_ACCEPTED = "the initial names have been accepted"
NOT_ACCEPTED = condition("Established", "False", "NotAccepted", "not all names are accepted")
INSTALLING = condition("Established", "False", "Installing", _ACCEPTED)
ESTABLISHED = condition("Established", "True", "InitialNamesAccepted", _ACCEPTED)
DELETING = condition("Terminating", "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
DELETED = condition("Terminating", "False", "InstanceDeletionCompleted", "removed all instances")
NEVER_ESTABLISHED = condition("Terminating", "False", "NeverEstablished", "resource was never established")


def is_equivalent(definition: Obj, wanted: Obj) -> bool:
    """Whether the definition has that condition, whenever it came to it."""
    found = condition_of(definition, wanted["type"])
    return found is not None and all(found.get(field) == value for field, value in wanted.items())


def with_conditions(status: Obj, now: int, *wanted: Obj) -> Obj:
    """The status with conditions replaced or added; the instant of one is that at which its status changed."""
    conditions = list(status.get("conditions") or ())
    for new in wanted:
        at = next((at for at, old in enumerate(conditions) if old["type"] == new["type"]), None)
        stamped = {"lastTransitionTime": rfc3339(now), **new}
        if at is None:
            conditions.append(stamped)
            continue
        if conditions[at]["status"] == new["status"]:
            stamped["lastTransitionTime"] = conditions[at]["lastTransitionTime"]
        conditions[at] = stamped
    return {**status, "conditions": conditions}


def approval_of(definition: Obj) -> Obj | None:
    """Whether the community approved a definition of one of its groups; None of another group.

    Mirrors GetAPIApprovalState.
    """
    group = definition["spec"]["group"]
    if not any(group == own or group.endswith(f".{own}") for own in ("k8s.io", "kubernetes.io")):
        return None
    found = annotations_of(definition).get(APPROVED_ANNOTATION, "")
    asked = f"protected groups must have approval annotation {quote(APPROVED_ANNOTATION)}"
    kind = "KubernetesAPIApprovalPolicyConformant"
    if not found:
        return condition(kind, "False", "MissingAnnotation", f"{asked}, {PROPOSAL}")
    if found.startswith("unapproved"):
        return condition(kind, "False", "UnapprovedAnnotation", f"not approved: {quote(found)}")
    if _is_address(found):
        return condition(kind, "True", "ApprovedAnnotation", f"approved in {found}")
    why = f'{asked} with either a URL or a reason starting with "unapproved", {PROPOSAL}'
    return condition(kind, "False", "InvalidAnnotation", why)


def _is_address(text: str) -> bool:
    scheme, divider, rest = text.partition("://")
    return bool(divider and scheme.isalnum() and rest.partition("/")[0])


def violation_of(definition: Obj) -> Obj | None:
    """The condition of a definition that keeps unknown fields: others have been refused when they were created."""
    if not dig(definition, "spec", "preserveUnknownFields"):
        return None
    why = "spec.preserveUnknownFields: Invalid value: true: must be false"
    return condition("NonStructuralSchema", "True", "Violations", why)
