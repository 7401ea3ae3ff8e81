"""What the sub-commands of ``set`` have in common: the pod spec of each object that is named is changed.

Mirrors kubectl's set/helper.go (CalculatePatches) and polymorphichelpers' UpdatePodSpecForObject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.record import recorded
from kubesim.cli.reporting import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.resources import Info, Request, fetch
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cluster import Cluster

    ChangeSpec = Callable[[Obj], Obj]

NO_RESOURCES = "one or more resources must be specified as <resource> <name> or <resource>/<name>"
LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"


def pod_spec_of(obj: Obj) -> Obj | None:
    """The pod spec in an object, or None of a kind that has none."""
    path = _path(obj["kind"])
    spec: Obj | None = obj
    for step in path or ():
        spec = (spec or {}).get(step)
    return spec if path else None


def with_pod_spec(obj: Obj, spec: Obj) -> Obj:
    """The object with another pod spec; what is not on the way to it is shared."""
    return _replaced(obj, _path(obj["kind"]) or (), spec)


def _replaced(value: Obj, path: Sequence[str], spec: Obj) -> Obj:
    if not path:
        return spec
    return {**value, path[0]: _replaced(value.get(path[0]) or {}, path[1:], spec)}


def _path(kind: str) -> tuple[str, ...] | None:
    if kind == "Pod":
        return ("spec",)
    if kind == "CronJob":
        return ("spec", "jobTemplate", "spec", "template", "spec")
    templated = ("Deployment", "ReplicaSet", "ReplicationController", "DaemonSet", "StatefulSet", "Job")
    return ("spec", "template", "spec") if kind in templated else None


def change_pod_specs(
    inv: Invocation, resources: Sequence[str], change: ChangeSpec, operation: str, failure: str, wrong: Sequence[str]
) -> None:
    """Write each object's pod spec as ``change`` makes it; one that stays as it was is not spoken of.

    ``failure`` is what stands before the API server's refusal; ``wrong`` is told once the resources are resolved.
    """
    dry_run = dry_run_of(inv)
    local = bool(inv.flag("local"))
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run)
    with session.acting(dry_run=dry_run != NONE or local) as cluster:

        def act(info: Info) -> None:
            old = _typed(info.obj) if local and info.obj else fetch(cluster, info.names, info.namespace, info.name)
            new = _changed(info, old, change)
            if new == old:
                return
            new = recorded(inv, new)
            if dry_run != CLIENT and not local:
                new = _update(cluster, new, failure)
            reporter.tell(new, operation)

        result = _request(inv, session, cluster, resources).resolve(cluster)
        if wrong:
            raise UserError(wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]")
        result.visit(act)


def _typed(obj: Obj) -> Obj:
    """A file's object as kubectl's own types print it, which is how ``--local`` gives it back."""
    from kubesim.api.decode import decode
    from kubesim.api.encode import encode

    decoded = decode(obj, obj["apiVersion"], obj["kind"], strict="Ignore").obj
    return encode(decoded, obj["apiVersion"], obj["kind"])


def _changed(info: Info, old: Obj, change: ChangeSpec) -> Obj:
    spec = pod_spec_of(old)
    if spec is None:
        raise UserError(f"{info.said} the object is not a pod or does not have a pod template: {old['kind']}\n")
    return with_pod_spec(old, change(spec))


def _update(cluster: Cluster, new: Obj, failure: str) -> Obj:
    try:
        return cluster.update(new)
    except StatusError as error:
        raise UserError(f"{failure}: {error.message}") from error


def _request(inv: Invocation, session: Session, cluster: Cluster, resources: Sequence[str]) -> Request:
    return Request(
        args=resources,
        files=session.files(inv, cluster),
        namespace=session.namespace(cluster),
        selector=str(inv.flag("selector")),
        everything=bool(inv.flag("all")),
    )


def validate(inv: Invocation, resources: Sequence[str]) -> list[str]:
    """What is wrong with how the flags and arguments are combined."""
    wrong = []
    if inv.flag("all") and inv.flag("selector"):
        wrong.append("cannot set --all and --selector at the same time")
    if not resources and not inv.flag("filename") and not inv.flag("kustomize"):
        wrong.append(NO_RESOURCES)
    if inv.flag("local") and dry_run_of(inv) == SERVER:
        wrong.append(LOCAL_SERVER)
    return wrong
