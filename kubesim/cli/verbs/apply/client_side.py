"""``kubesim apply -f``, merged by the client.

Mirrors kubectl pkg/cmd/apply/apply.go and patcher.go. The patch comes from three objects: the one applied last, the one
in the file now, and the live one. A field that left the file leaves the object.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, dig, key_of, with_metadata
from kubesim.api.well_known import LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.cli.command import PROGRAM
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.last_applied import with_last_applied
from kubesim.cli.support.reporter import CLIENT, NONE, Reporter, with_source
from kubesim.cli.support.resource_builder import NAMELESS, Info, Request
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.apply.pruning import left_over, prunable
from kubesim.cli.verbs.create.creation import create_one
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.cli.command import Invocation
    from kubesim.cli.verbs.apply.apply_options import ApplyOptions
    from kubesim.cluster import Client
    from kubesim.kinds import Names
    from kubesim.kubectl.printers.style import Output

NEVER_APPLIED = (
    "resource {plural}/{name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is "
    "required by {program} apply. {program} apply should only be used on resources created declaratively by either "
    "{program} create --save-config or {program} apply. The missing annotation will be patched automatically."
)
GENERATED = "from {name}: cannot use generate name with apply"
ENDING = "Detected changes to resource {name} which is currently being deleted."
NO_PATCH = "creating patch with:\noriginal:\n{}\nmodified:\n{}\ncurrent:\n{}\nfor: {}"
NOT_RESTORED = (
    "An error occurred force-replacing the existing object with the newly provided one:\n\n{error}.\n\n"
    "Additionally, an error occurred attempting to restore the original object:\n\n{again}"
)


def refuse_generated_name(name: str, manifest: Obj | None) -> None:
    """UserError for a manifest that leaves the name to the server."""
    generated = "" if name else dig(manifest, "metadata", "generateName", default="")
    if generated:
        raise UserError(GENERATED.format(name=generated))


class ClientSideApply:
    """One run of ``apply``."""

    def __init__(self, inv: Invocation, options: ApplyOptions) -> None:
        self._inv = inv
        self._options = options
        self._flags = options.flags
        self._reporter = Reporter(inv, options.flags, options.dry_run)
        self._shown: list[Obj] = []
        self._visited: list[Obj] = []

    def run(self) -> None:
        """Apply the objects of the files, then prune."""
        session = Session.of(self._inv, self._flags, self._flags.field_manager)
        with session.acting(dry_run=self._options.dry_run != NONE) as cluster:
            files = session.files(cluster, validation=self._options.validation)
            result = Request(files=files, selector=self._flags.selector).resolve(cluster)
            if not result.items:
                raise UserError("no objects passed to apply")
            result.visit(lambda info: self._apply(cluster, info), reads_first=True)
            self._show()
            if self._flags.prune:
                asked = session.namespace(cluster) if session.enforce_namespace else ""
                self._prune(cluster, asked)

    def _apply(self, cluster: Client, info: Info) -> None:
        assert info.obj is not None
        manifest = recorded(self._inv, info.obj, record=self._flags.record)
        refuse_generated_name(info.name, info.obj)
        current = self._current(cluster, info)
        if current is None:
            self._report(self._create(cluster, info, manifest), "created")
            return
        self._visited.append(current)
        if LAST_APPLIED_CONFIG_ANNOTATION not in annotations_of(current):
            text = NEVER_APPLIED.format(plural=info.names.plural, name=info.name, program=PROGRAM)
            self._reporter.warn(text)
        patch = self._difference(info, manifest, current)
        patched = self._patch(cluster, info, manifest, current, patch) if patch else current
        if "deletionTimestamp" in patched["metadata"]:
            self._reporter.warn(ENDING.format(name=info.name))
        self._report(patched, "configured" if patch else "unchanged")

    @staticmethod
    def _current(cluster: Client, info: Info) -> Obj | None:
        verb = f"retrieving current configuration of:\n{_about(info)}\nfrom server for:"
        if not info.name:
            raise with_source(verb, info.source, UserError(NAMELESS))
        try:
            cluster.authorize("get", info.names.key, info.namespace, info.name)
        except StatusError as error:
            raise with_source(verb, info.source, error) from error
        if not info.names.is_served:  # a version that kubectl remembers: there is nothing
            return None
        found = cluster.find(info.names.key, info.namespace, info.name)
        return None if found is None else cluster.kinds.in_version(found, info.names.api_version)

    def _create(self, cluster: Client, info: Info, manifest: Obj) -> Obj:
        from kubesim.api.patch import without_nulls

        obj: Obj = without_nulls(with_last_applied(manifest))
        if self._options.dry_run == CLIENT:
            return obj
        created = create_one(cluster, obj, info.source, self._options.validation)
        self._visited.append(created)
        return created

    def _difference(self, info: Info, manifest: Obj, current: Obj) -> Obj:
        try:
            return three_way(manifest, current, self._inv.err)
        except UserError as error:
            raise _in_full(info, None, error) from error

    def _patch(self, cluster: Client, info: Info, manifest: Obj, current: Obj, patch: Obj) -> Obj:
        from kubesim.cli.support.local_patches import patched
        from kubesim.cluster import requests

        kind = patch_kind(manifest)
        if self._options.dry_run == CLIENT:
            return patched(current, patch, kind)
        try:
            return requests.patch(
                cluster, info.names, info.namespace, info.name, kind, patch,
                validation=self._options.validation,
            )  # fmt: skip
        except StatusError as error:
            if self._flags.force and error.reason in ("Conflict", "Invalid"):
                return self._delete_and_create(cluster, info, manifest, current)
            raise _in_full(info, patch, error) from error

    def _delete_and_create(self, cluster: Client, info: Info, manifest: Obj, current: Obj) -> Obj:
        """Replace an object that cannot be changed, as --force asks; restore it if the new one is refused."""
        from kubesim.cluster import requests

        cluster.delete(info.names.key, info.namespace, info.name, grace=0)
        try:
            return requests.create(cluster, with_last_applied(manifest), validation=self._options.validation)
        except StatusError as error:
            try:
                requests.create(cluster, with_metadata(current, resourceVersion=None), validation="Ignore")
            except StatusError as again:
                raise UserError(NOT_RESTORED.format(error=error, again=again)) from error
            raise

    def _prune(self, cluster: Client, asked: str) -> None:
        """Delete the objects that were applied once and are in no file. ``asked`` is the namespace of -n, if given."""
        types = prunable(self._inv, self._options.allowlist)
        namespaces = {obj["metadata"].get("namespace", "") for obj in self._visited} | {asked}
        uids = {obj["metadata"]["uid"] for obj in self._visited}
        grace = None if self._flags.grace_period < 0 else self._flags.grace_period
        for obj in list(left_over(cluster, types, namespaces - {""}, self._flags.selector, uids)):
            if self._options.dry_run != CLIENT:
                cluster.delete(*key_of(obj), propagation=self._options.propagation, grace=grace)
            self._reporter.report(obj, "pruned")

    def _report(self, obj: Obj, operation: str) -> None:
        if self._reporter.shows_objects:
            self._shown.append(obj)
        else:
            self._reporter.report(obj, operation)

    def _show(self) -> None:
        """Print the objects that -o asks for, after all of them were applied: one by itself, several as a list."""
        from kubesim.kubectl.printers.objects import list_of

        if len(self._shown) == 1:
            self._reporter.report(self._shown[0], "")
        elif self._shown:
            self._reporter.report(list_of(self._shown), "")


def _in_full(info: Info, patch: Obj | None, error: UserError | StatusError) -> Exception:
    """The refusal of a patch, with the patch, if there is one, and its object."""
    from kubesim.golang.json import dumps

    shown = "" if patch is None else dumps(patch)
    verb = f"applying patch:\n{shown}\nto:\n{_about(info)}\nfor:"
    return with_source(verb, info.source, with_source("patching", info.source, error))


def _about(info: Info) -> str:
    """The object of an error, in full. Mirrors cli-runtime's Info.String."""
    names = info.names
    version = f"{names.group}/{names.version}"
    return (
        f'Resource: "{version}, Resource={names.plural}", GroupVersionKind: "{version}, Kind={names.kind}"\n'
        f'Name: "{info.name}", Namespace: "{info.namespace}"'
    )


def apply_one(
    cluster: Client, names: Names, namespace: str, name: str, manifest: Obj, err: Output, *, validation: str = "Strict"
) -> Obj:
    """Do with one manifest what ``apply`` does; gives the object.

    StatusError or UserError for a refusal; ``err`` takes what kubectl warns of before it gives up.
    """
    from kubesim.api.patch import without_nulls
    from kubesim.cluster import requests

    refuse_generated_name(name, manifest)
    found = cluster.find(names.key, namespace, name)
    if found is None:
        return requests.create(cluster, without_nulls(with_last_applied(manifest)), validation=validation)
    patch = three_way(manifest, cluster.kinds.in_version(found, names.api_version), err)
    if not patch:
        return found
    kind = patch_kind(manifest)
    return requests.patch(cluster, names, namespace, name, kind, patch, validation=validation)


def patch_kind(manifest: Obj) -> str:
    """How apply patches an object: strategically, or by a merge patch if its type is not known."""
    from kubesim.api.schema import type_of
    from kubesim.cluster import requests

    return requests.STRATEGIC if type_of(manifest["apiVersion"], manifest["kind"]) else requests.MERGE


def three_way(manifest: Obj, current: Obj, err: Output, *, annotate: bool = True) -> Obj:
    """The patch from ``current`` to the manifest; empty if they agree.

    With ``annotate`` it also updates the last-applied annotation. UserError if an item of a list lacks the merge key,
    after the warnings of the two schemas that kubectl tries first.
    """
    from kubesim.api.patch import PatchError
    from kubesim.api.patch.three_way import three_way_patch
    from kubesim.api.schema import type_of
    from kubesim.cluster import requests

    requests.require_version(manifest)
    modified = with_last_applied(manifest)
    if not annotate:
        modified = with_metadata(manifest, annotations=annotations_of(manifest))
    text = annotations_of(current).get(LAST_APPLIED_CONFIG_ANNOTATION, "")
    try:
        type_ = type_of(manifest["apiVersion"], manifest["kind"])
        patch: Obj = three_way_patch(_last_applied(text), modified, current, type_)
    except PatchError as error:
        for schema in ("openapi v3", "openapi"):
            err.write(f"warning: error calculating patch from {schema} spec: {error}\n")
        raise UserError(_no_patch(text, modified, current, error)) from error
    return patch


def _last_applied(text: str) -> Obj:
    """The object in the annotation; PatchError if the annotation has anything else."""
    from kubesim.api.patch import PatchError
    from kubesim.golang.json import loads

    try:
        original: Any = loads(text) if text else {}
    except ValueError:
        original = None
    if not isinstance(original, dict):
        raise PatchError("invalid JSON document")
    return original


def _no_patch(original: str, modified: Obj, current: Obj, error: Exception) -> str:
    from kubesim.api.managed_fields.derived import with_derived
    from kubesim.golang.json import dumps

    return NO_PATCH.format(original, f"{dumps(modified)}\n", f"{dumps(with_derived(current))}\n", error)
