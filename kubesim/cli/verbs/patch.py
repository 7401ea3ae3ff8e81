"""``kubesim patch``: strategic merge, JSON merge and JSON patches. Mirrors kubectl pkg/cmd/patch/patch.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FieldManager, FilenameOptions, PrintFlags, Record, Subresource
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError, reason_of
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client

TYPES = ("json", "merge", "strategic")
NO_PATCH = "must specify --patch or --patch-file containing the contents of the patch"
LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"


class PatchOptions(FilenameOptions, PrintFlags):
    """The flags of ``patch``. Mirrors PatchOptions."""

    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-patch"
    record: Record = False
    subresource: Subresource = ""
    local: Annotated[bool, Option(help="Patch what is in the file and print it, without asking the cluster.")] = False
    patch: Annotated[str, Option("p", help="The patch.")] = ""
    patch_file: Annotated[str, Option(help="The file that has the patch.")] = ""
    type_: Annotated[str, Option(help="What sort of patch it is: json, merge or strategic.", choices=TYPES)] = (
        "strategic"
    )

    @property
    def patch_type(self) -> str:
        """The sort of patch in lower case; strategic, if --type is empty."""
        return self.type_.lower() or "strategic"


def run(inv: Invocation, *, options: PatchOptions) -> None:
    dry_run = dry_run_of(inv, options.dry_run)
    _validate(inv, options, dry_run)
    text = _as_sent(options.patch, _patch_text(options))
    session = Session.of(inv, options, options.field_manager)
    reporter = Reporter(inv, options, apart=True)
    with session.acting(dry_run=dry_run != NONE, local=options.local) as cluster:
        files = session.files(cluster, local=options.local)
        request = Request(args=inv.args, files=files, namespace=session.namespace(cluster))

        def act(info: Info) -> None:
            if dry_run == CLIENT or options.local:
                old = info.obj if options.local and info.obj else _live(cluster, info, options.subresource)
                new = _locally(info, old, text, options.patch_type)
            else:
                old = info.obj or _live(cluster, info, options.subresource)
                new = _on_server(inv, options, cluster, info, text)
            reporter.report(new, "patched" if new != old else "patched (no change)")

        if not request.resolve(cluster).visit(act):
            raise UserError("no objects passed to patch")


def _validate(inv: Invocation, options: PatchOptions, dry_run: str) -> None:
    if options.patch and options.patch_file:
        raise UserError("cannot specify --patch and --patch-file together")
    if not options.patch and not options.patch_file:
        raise UserError(NO_PATCH)
    if options.local and inv.args:
        raise UserError("cannot specify --local and server resources")
    if options.local and dry_run == SERVER:
        raise UserError(LOCAL_SERVER)
    if options.patch_type not in TYPES:
        raise UserError(f"--type must be one of [{' '.join(TYPES)}], not {quote(options.type_)}")


def _patch_text(options: PatchOptions) -> str:
    """The patch as the flag or the file has it; UserError for a file that cannot be read."""
    from kubesim.golang.yaml.encoding import decoded

    path = options.patch_file
    if not path:
        return options.patch
    try:
        with open(path, "rb") as file:
            return decoded(file.read(), errors="surrogateescape")
    except OSError as error:
        raise UserError(f"unable to read patch file: open {path}: {reason_of(error)}") from error


def _as_sent(given: str, text: str) -> str:
    """The patch as JSON; a text that begins with a brace is left for the server to check. Mirrors yaml.ToJSON."""
    from kubesim.golang.json import dumps
    from kubesim.golang.yaml.reader import load_document

    if text.lstrip().startswith("{"):
        return text
    try:
        return dumps(load_document(text), escape_html=False)
    except UserError as error:
        why = error.message.removeprefix("error converting YAML to JSON: ")
        raise UserError(f"unable to parse {quote(given)}: {why}") from error


def _live(cluster: Client, info: Info, subresource: str) -> Obj:
    """The object, or its subresource, as the cluster has it, in the version that was asked for."""
    from kubesim.cluster import subresources

    fetch(cluster, info.names, info.namespace, info.name)
    found = subresources.read(cluster, info.names, info.namespace, info.name, subresource)
    return cluster.kinds.in_version(found, info.names.api_version)


def _locally(info: Info, old: Obj, text: str, patch_type: str) -> Obj:
    """The object as kubectl itself patches it. Mirrors getPatchedJSON."""
    from kubesim.api.schema import type_of
    from kubesim.cli.support.local_patches import patched, read_patch

    names = info.names
    if patch_type == "strategic" and type_of(names.api_version, names.kind) is None:
        what = f"{names.api_version}, Kind={names.kind}"
        raise UserError(f"strategic merge patch is not supported for {what} locally, try --type merge")
    return patched(old, read_patch(text, patch_type), patch_type)


def _on_server(inv: Invocation, options: PatchOptions, cluster: Client, info: Info, text: str) -> Obj:
    """The object as the cluster patched and stored it; with --record, a second request stores the change cause."""
    from kubesim.cluster import requests

    patch_type = options.patch_type
    fetch(cluster, info.names, info.namespace, info.name)
    try:
        new = requests.patch(
            cluster, info.names, info.namespace, info.name, patch_type, requests.read_patch(patch_type, text),
            validation="Warn", subresource=options.subresource,
        )  # fmt: skip
    except StatusError as error:
        if error.reason != "UnsupportedMediaType":
            raise
        names = info.names
        what = f"{names.api_version}, Kind={names.kind}"
        raise UserError(f"{requests.MEDIA_TYPES[patch_type]} is not supported by {what}: {error.message}") from error
    noted = recorded(inv, new, record=options.record)
    return new if noted is new else cluster.update(noted)


COMMAND = Command(
    name="patch",
    use="patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    short="Update fields of a resource",
    long=(
        "Change fields of an object by a patch in JSON or YAML.\n\n"
        "A strategic merge patch, the default, knows by which key lists merge: containers by their name. A merge patch "
        "(--type=merge, RFC 7386) replaces lists whole. A JSON patch (--type=json, RFC 6902) is a list of operations."
    ),
    examples=(
        ("Five replicas", 'patch deployment myapp-deployment -p \'{"spec":{"replicas":5}}\''),
        (
            "Another image, by position",
            "patch deployment myapp-deployment --type=json -p "
            '\'[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"nginx:1.26"}]\'',
        ),
        ("By a file that names the object", "patch -f deployment-definition.yml -p 'spec: {paused: true}'"),
        (
            "Through the scale subresource",
            "patch deployment myapp-deployment --subresource=scale --type=merge -p 'spec: {replicas: 2}'",
        ),
    ),
    run=run,
)
