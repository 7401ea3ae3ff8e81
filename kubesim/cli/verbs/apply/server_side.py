"""``kubesim apply --server-side``: merged by the owners of fields.

Mirrors the server-side half of kubectl pkg/cmd/apply/apply.go, and what it does for objects that were applied by the
client before.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.options import PrintFlags
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import NONE, Reporter, dry_run_of, validation_of
from kubesim.cli.support.resources import NAMELESS, Request
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.apply.client_side import ENDING, refuse_generated_name
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resources import Info
    from kubesim.cluster import Cluster

ANNOTATION_MANAGER = "kubectl-last-applied"
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
    "will be retried next time you apply. Error: {error}"
)


def manager_of(inv: Invocation) -> str:
    """Who applies: the flag's, else kubectl. Mirrors GetApplyFieldManagerFlag."""
    from kubesim.cluster.requests import KUBECTL

    return str(inv.flag("field-manager")) if inv.changed("field-manager") else KUBECTL


def run(inv: Invocation) -> None:
    Applying(inv).run()


class Applying:
    """One run of ``apply --server-side``."""

    def __init__(self, inv: Invocation) -> None:
        self._inv = inv
        self._dry_run = dry_run_of(inv, inv.flag("dry-run"))
        self._validation = validation_of(inv.flag("validate"))
        self._manager = manager_of(inv)
        self._reporter = Reporter(inv, inv.group(PrintFlags), self._dry_run)

    def run(self) -> None:
        inv = self._inv
        session = Session.of(inv)
        with session.acting(dry_run=self._dry_run != NONE) as cluster:
            files = session.files(cluster, validate=self._validation != "Ignore")
            result = Request(files=files, selector=str(inv.flag("selector"))).resolve(cluster)
            if not result.items:
                raise UserError("no objects passed to apply")
            result.visit(lambda info: self._apply(cluster, info), reads_first=True)

    def _apply(self, cluster: Cluster, info: Info) -> None:
        assert info.obj is not None
        config = recorded(self._inv, info.obj, record=self._inv.flag("record"))
        refuse_generated_name(info)
        if not info.name:
            raise UserError(NAMELESS)
        before = cluster.find(info.names.kind, info.namespace, info.name)
        obj = self._request(cluster, config)
        if self._dry_run == NONE:
            obj = self._migrate(cluster, config, obj)
        elif before is not None:
            self._try_to_keep_annotation(cluster, before, obj)
        if "deletionTimestamp" in obj["metadata"]:
            self._reporter.warn(ENDING.format(name=info.name))
        self._reporter.tell(obj, "serverside-applied")

    def _request(self, cluster: Cluster, config: Obj) -> Obj:
        from kubesim.cluster import requests

        try:
            return requests.apply(
                cluster, config, self._manager,
                force=bool(self._inv.flag("force-conflicts")), subresource=str(self._inv.flag("subresource")),
                validation=self._validation,
            )  # fmt: skip
        except StatusError as error:
            if error.reason == "Conflict":
                raise UserError(f"{error.message}\n{ADVICE}") from error
            raise

    def _migrate(self, cluster: Cluster, config: Obj, obj: Obj) -> Obj:
        """Take over what client-side apply owned, and apply again so that what left the file goes."""
        try:
            obj = self._keep_annotation(cluster, obj)
        except StatusError as error:
            self._reporter.warn(NOT_MIGRATED.format(error=error))
            return obj
        managed = self._with_migrated_owners(obj)
        if managed is None:
            return obj
        cluster.update(obj, managed=managed)
        return self._request(cluster, config)

    def _keep_annotation(self, cluster: Cluster, obj: Obj) -> Obj:
        """Let a manager of its own hold client-side apply's annotation. Mirrors saveLastApplyAnnotationIfNecessary."""
        from kubesim.cluster import requests

        if not self._needs_annotation_kept(obj):
            return obj
        return requests.apply(cluster, _annotation_alone(obj), ANNOTATION_MANAGER, force=False, validation="Ignore")

    def _try_to_keep_annotation(self, cluster: Cluster, before: Obj, obj: Obj) -> None:
        """What a dry run finds out about that: each of its requests meets the object as it was before."""
        from kubesim.cluster import requests

        if not self._needs_annotation_kept(obj):
            return
        try:
            requests.applied_to(before, _annotation_alone(obj), ANNOTATION_MANAGER, force=False, now=cluster.now)
        except StatusError as error:
            self._reporter.warn(NOT_MIGRATED.format(error=error))

    def _needs_annotation_kept(self, obj: Obj) -> bool:
        from kubesim.api.managed_fields import APPLY
        from kubesim.api.managed_fields.migration import owners_of_annotation
        from kubesim.cluster.requests import KUBECTL

        if self._manager != KUBECTL or LAST_APPLIED_CONFIG_ANNOTATION not in annotations_of(obj):
            return False
        return not owners_of_annotation(obj["metadata"].get("managedFields") or (), APPLY)

    def _with_migrated_owners(self, obj: Obj) -> Obj | None:
        """The object with what client-side apply owned given to this manager; None where there is nothing to give."""
        from kubesim.api.managed_fields import UPDATE
        from kubesim.api.managed_fields.migration import migrated, owners_of_annotation

        entries = obj["metadata"].get("managedFields") or []
        new = migrated(entries, owners_of_annotation(entries, UPDATE), self._manager)
        return None if new == entries else with_metadata(obj, managedFields=new)


def _annotation_alone(obj: Obj) -> Obj:
    meta = {name: obj["metadata"][name] for name in ("name", "namespace") if name in obj["metadata"]}
    meta["annotations"] = {LAST_APPLIED_CONFIG_ANNOTATION: annotations_of(obj)[LAST_APPLIED_CONFIG_ANNOTATION]}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": meta}
