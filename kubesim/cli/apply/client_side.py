"""``kubesim apply -f``: what a file says is made so; what left the file leaves the object.

Mirrors kubectl pkg/cmd/apply/apply.go and patcher.go: the patch is worked out from three sides, what was applied last,
what the file says now, and what the cluster has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api.meta import Obj, annotations_of, dig, with_metadata
from kubesim.cli.apply_annotation import LAST_APPLIED, with_last_applied
from kubesim.cli.create.from_file import create_one
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of, validation_of, with_source
from kubesim.cli.resources import Request
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.resources import Info
    from kubesim.cluster import Cluster

NEVER_APPLIED = (
    "resource {plural}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
    "required by {program} apply. {program} apply should only be used on resources created declaratively by either "
    "{program} create --save-config or {program} apply. The missing annotation will be patched automatically."
)


def run(inv: Invocation) -> None:
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("must specify one of -f and -k")
    if inv.flag("server-side"):
        from kubesim.cli.apply.server_side import run as apply_on_the_server

        apply_on_the_server(inv)
        return
    Applying(inv).run()


class Applying:
    """One run of ``apply``."""

    def __init__(self, inv: Invocation) -> None:
        self._inv = inv
        self._dry_run = dry_run_of(inv)
        self._validation = validation_of(inv)
        self._reporter = Reporter(inv, self._dry_run)
        self._shown: list[Obj] = []

    def run(self) -> None:
        session = Session.of(self._inv)
        with session.acting(dry_run=self._dry_run != NONE) as cluster:
            files = session.files(self._inv, cluster, validate=self._validation != "Ignore")
            request = Request(files=files, selector=str(self._inv.flag("selector")))
            result = request.resolve(cluster)
            if not result.items:
                raise UserError("no objects passed to apply")
            result.visit(lambda info: self._apply(cluster, info))
            self._show()

    def _apply(self, cluster: Cluster, info: Info) -> None:
        assert info.obj is not None
        if not info.name:
            generated = dig(info.obj, "metadata", "generateName", default="")
            if generated:
                raise UserError(f"from {generated}: cannot use generate name with apply")
        current = cluster.find(info.names.kind, info.namespace, info.name)
        if current is None:
            self._tell(self._create(cluster, info), "created")
            return
        if LAST_APPLIED not in annotations_of(current):
            text = NEVER_APPLIED.format(plural=info.names.plural, name=info.name, program="kubesim")
            self._reporter.warn(text)
        patch = three_way(info.obj, current)
        if not patch:
            self._tell(current, "unchanged")
            return
        self._tell(self._patch(cluster, info, current, patch), "configured")

    def _create(self, cluster: Cluster, info: Info) -> Obj:
        from kubesim.api.patch import without_nulls

        assert info.obj is not None
        obj: Obj = without_nulls(with_last_applied(info.obj))
        if self._dry_run == CLIENT:
            return obj
        return create_one(cluster, obj, info.source, self._validation, self._reporter)

    def _patch(self, cluster: Cluster, info: Info, current: Obj, patch: Obj) -> Obj:
        from kubesim.cluster import requests

        if self._dry_run == CLIENT:
            return requests.patched_locally(current, info.names, requests.STRATEGIC, patch)
        try:
            return requests.patch(
                cluster, info.names, info.namespace, info.name, requests.STRATEGIC, patch,
                validation=self._validation, warn=self._reporter.warn,
            )  # fmt: skip
        except StatusError as error:
            if self._inv.flag("force") and error.reason in ("Conflict", "Invalid"):
                return self._delete_and_create(cluster, info)
            raise with_source("patching", info.source, error) from error

    def _delete_and_create(self, cluster: Cluster, info: Info) -> Obj:
        """Under --force, an object that cannot be changed is made anew."""
        cluster.delete(info.names.kind, info.namespace, info.name, grace=0)
        return self._create(cluster, info)

    def _tell(self, obj: Obj, operation: str) -> None:
        if "deletionTimestamp" in obj["metadata"]:
            name = obj["metadata"]["name"]
            self._reporter.warn(f"Detected changes to resource {name} which is currently being deleted.")
        if self._reporter.shows_objects:
            self._shown.append(obj)
        else:
            self._reporter.tell(obj, operation)

    def _show(self) -> None:
        """Under -o, all objects at the end: one by itself, several as a list."""
        from kubesim.printers.objects import list_of

        if len(self._shown) == 1:
            self._reporter.tell(self._shown[0], "")
        elif self._shown:
            self._reporter.tell(list_of(self._shown), "")


def three_way(manifest: Obj, current: Obj, *, annotate: bool = True) -> Obj:
    """The patch that makes of ``current`` what the manifest says; empty where nothing is to be done.

    ``annotate`` says whether the annotation that keeps what was applied is part of it.
    """
    import json

    from kubesim.api.apply import three_way_patch
    from kubesim.api.schema import type_of

    modified = with_last_applied(manifest)
    if not annotate:
        modified = with_metadata(manifest, annotations=annotations_of(manifest))
    text = annotations_of(current).get(LAST_APPLIED)
    original: Any = json.loads(text) if text else {}
    patch: Obj = three_way_patch(original, modified, current, type_of(manifest["apiVersion"], manifest["kind"]))
    return patch
