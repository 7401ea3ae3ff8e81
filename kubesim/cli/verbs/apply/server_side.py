"""``kubesim apply --server-side``, merged by the owners of fields.

Mirrors the server-side half of kubectl pkg/cmd/apply/apply.go, with its migration of objects from client-side apply.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import NONE, Reporter
from kubesim.cli.support.resource_builder import NAMELESS, Request
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.apply.client_side import ENDING, refuse_generated_name
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cli.verbs.apply.apply_options import ApplyOptions
    from kubesim.cluster import Client

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


def manager_of(inv: Invocation, field_manager: str) -> str:
    """The manager of the applied fields: the flag's, else kubectl. Mirrors GetApplyFieldManagerFlag."""
    from kubesim.cluster.requests import KUBECTL

    return field_manager if inv.changed("field-manager") else KUBECTL


class ServerSideApply:
    """One run of ``apply --server-side``."""

    def __init__(self, inv: Invocation, options: ApplyOptions) -> None:
        self._inv = inv
        self._options = options
        self._flags = options.flags
        self._manager = manager_of(inv, options.flags.field_manager)
        self._reporter = Reporter(inv, options.flags, options.dry_run)

    def run(self) -> None:
        """Apply the objects of the files."""
        session = Session.of(self._inv, self._flags, self._flags.field_manager)
        with session.acting(dry_run=self._options.dry_run != NONE) as cluster:
            files = session.files(cluster, validation=self._options.validation)
            result = Request(files=files, selector=self._flags.selector).resolve(cluster)
            if not result.items:
                raise UserError("no objects passed to apply")
            result.visit(lambda info: self._apply(cluster, info), reads_first=True)

    def _apply(self, cluster: Client, info: Info) -> None:
        assert info.obj is not None
        config = recorded(self._inv, info.obj, record=self._flags.record)
        refuse_generated_name(info.name, info.obj)
        if not info.name:
            raise UserError(NAMELESS)
        before = cluster.find(info.names.key, info.namespace, info.name)
        obj = self._request(cluster, config)
        if self._options.dry_run == NONE:
            obj = self._migrate(cluster, config, obj)
        elif before is not None:
            self._try_to_keep_annotation(cluster, before, obj)
        if "deletionTimestamp" in obj["metadata"]:
            self._reporter.warn(ENDING.format(name=info.name))
        self._reporter.report(obj, "serverside-applied")

    def _request(self, cluster: Client, config: Obj) -> Obj:
        from kubesim.cluster import requests

        try:
            return requests.apply(
                cluster, config, self._manager,
                force=self._flags.force_conflicts, subresource=self._flags.subresource,
                validation=self._options.validation,
            )  # fmt: skip
        except StatusError as error:
            if error.reason == "Conflict":
                raise UserError(f"{error.message}\n{ADVICE}") from error
            raise

    def _migrate(self, cluster: Client, config: Obj, obj: Obj) -> Obj:
        """Take over the fields of client-side apply, and apply again, which removes those that left the file."""
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

    def _keep_annotation(self, cluster: Client, obj: Obj) -> Obj:
        """Give the last-applied annotation a manager of its own. Mirrors saveLastApplyAnnotationIfNecessary."""
        from kubesim.cluster import requests

        if not self._needs_annotation_kept(obj):
            return obj
        return requests.apply(cluster, _annotation_alone(obj), ANNOTATION_MANAGER, force=False, validation="Ignore")

    def _try_to_keep_annotation(self, cluster: Client, before: Obj, obj: Obj) -> None:
        """The same in a dry run, which stores nothing: the request meets the object as it was ``before``."""
        from kubesim.cluster import requests

        if not self._needs_annotation_kept(obj):
            return
        config, type_ = _annotation_alone(obj), cluster.kinds.of(obj).schema_type(obj["apiVersion"])
        try:
            requests.applied_to(before, config, ANNOTATION_MANAGER, force=False, now=cluster.now, schema_type=type_)
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
        """The object with the fields of client-side apply given to this manager; None if there are none."""
        from kubesim.api.managed_fields import UPDATE
        from kubesim.api.managed_fields.migration import migrated, owners_of_annotation

        entries = obj["metadata"].get("managedFields") or []
        new = migrated(entries, owners_of_annotation(entries, UPDATE), self._manager)
        return None if new == entries else with_metadata(obj, managedFields=new)


def _annotation_alone(obj: Obj) -> Obj:
    meta = {name: obj["metadata"][name] for name in ("name", "namespace") if name in obj["metadata"]}
    meta["annotations"] = {LAST_APPLIED_CONFIG_ANNOTATION: annotations_of(obj)[LAST_APPLIED_CONFIG_ANNOTATION]}
    return {"apiVersion": obj["apiVersion"], "kind": obj["kind"], "metadata": meta}
