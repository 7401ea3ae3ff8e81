"""Which kinds ``rollout`` knows, and what it says of any other.

Mirrors polymorphichelpers and kubectl's apps/kind_visitor.go.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, kind_of
from kubesim.errors import UserError

#: Kinds of objects with pods that are replaced step by step.
WITH_ROLLOUTS = ("DaemonSet", "Deployment", "StatefulSet")

# What kubectl's KindVisitor has a method for; of any other kind its sentences are different.
VISITED_KINDS = (
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
    "CronJob",
)


def refused(obj: Obj, resource: str, why: str) -> UserError:
    """The error about an object of a ``resource`` (``deployments.apps``)."""
    return UserError(f'{resource} "{obj["metadata"]["name"]}" {why}')


def require_visitor(obj: Obj, wanted: str, implementation: str) -> None:
    """UserError in kubectl's words for a kind that has no such thing."""
    kind = group_kind(obj)
    if kind_of(obj) not in VISITED_KINDS:
        group, _, _ = obj["apiVersion"].rpartition("/")
        element = f"{{{group} {obj['kind']}}}"
        raise UserError(f'error retrieving {wanted} for "{kind}", no visitor method exists for {element}')
    if kind_of(obj) not in WITH_ROLLOUTS:
        raise UserError(f'no {implementation} has been implemented for "{kind}"')


def group_kind(obj: Obj) -> str:
    """``Deployment.apps``, or ``Pod`` of the core group. Mirrors schema.GroupKind.String."""
    group, _, _ = obj["apiVersion"].rpartition("/")
    return f"{obj['kind']}.{group}" if group else str(obj["kind"])
