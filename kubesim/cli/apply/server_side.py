"""``kubesim apply --server-side``: merged by the owners of fields. Mirrors kubectl's apply.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, annotations_of, rfc3339, with_metadata
from kubesim.cli.apply_annotation import LAST_APPLIED
from kubesim.cli.reporting import NONE, Reporter, dry_run_of, validation_of
from kubesim.cli.resources import Request
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.resources import Info
    from kubesim.cluster import Cluster

MANAGER = "kubectl"
ADVICE = """\
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the `--force-conflicts` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts"""
NOT_MIGRATED = (
    "failed to migrate kubectl.kubernetes.io/last-applied-configuration for Server-Side Apply. This is non-fatal and "
    "will be retried next time you apply. Error: Apply failed with 1 conflict: conflict with "
    '"kubectl-client-side-apply" using {version}: '
    ".metadata.annotations.kubectl.kubernetes.io/last-applied-configuration"
)


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv)
    manager = str(inv.flag("field-manager")) if inv.changed("field-manager") else MANAGER
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        files = session.files(inv, cluster, validate=validation_of(inv) != "Ignore")
        result = Request(files=files, selector=str(inv.flag("selector"))).resolve(cluster)
        if not result.items:
            raise UserError("no objects passed to apply")

        def act(info: Info) -> None:
            try:
                obj = apply_one(cluster, info, manager, force=bool(inv.flag("force-conflicts")))
            except StatusError as error:
                if error.reason == "Conflict":
                    raise UserError(f"{error.message}\n{ADVICE}") from error
                raise
            if dry_run != NONE and LAST_APPLIED in annotations_of(obj) and manager == MANAGER:
                reporter.warn(NOT_MIGRATED.format(version=obj["apiVersion"]))
            reporter.tell(obj, "serverside-applied")

        result.visit(act)


def apply_one(cluster: Cluster, info: Info, manager: str, *, force: bool) -> Obj:
    """Merge a manifest into the object that is there, or create it; StatusError Conflict over others' fields."""
    from kubesim.api.decode import decode
    from kubesim.api.managed_fields import applied

    assert info.obj is not None
    live = cluster.find(info.names.kind, info.namespace, info.name)
    merged = applied(live, info.obj, manager, force=force, now=rfc3339(cluster.now))
    if live is not None and manager == MANAGER and LAST_APPLIED in annotations_of(live):
        merged = _with_annotation(merged, info.obj)
    decoded = decode(merged, merged["apiVersion"], merged["kind"], strict="Strict").obj
    return cluster.create(decoded) if live is None else cluster.update(decoded)


def _with_annotation(merged: Obj, config: Obj) -> Obj:
    """Keep client-side apply's annotation up to date for the clients that read it. Mirrors lastAppliedUpdater."""
    from kubesim.api.gojson import dumps

    annotations = {**annotations_of(merged), LAST_APPLIED: f"{dumps(config)}\n"}
    return with_metadata(merged, annotations=annotations)
