"""``kubesim patch``: strategic merge, JSON merge and JSON patches. Mirrors kubectl pkg/cmd/patch/patch.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.change_cause import recorded
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resources import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.resources import Info
    from kubesim.cluster import Cluster

TYPES = ("json", "merge", "strategic")
NO_PATCH = "must specify --patch or --patch-file containing the contents of the patch"
LOCAL_SERVER = "cannot specify --local and --dry-run=server - did you mean --dry-run=client?"


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv, inv.flag("dry-run"))
    _validate(inv, dry_run)
    text = _as_sent(str(inv.flag("patch")), _patch_text(inv))
    local = bool(inv.flag("local"))
    session = Session.of(inv)
    reporter = Reporter(inv, inv.group(PrintFlags), apart=True)
    with session.acting(dry_run=dry_run != NONE, local=local) as cluster:
        request = Request(
            args=inv.args, files=session.files(cluster, local=inv.flag("local")), namespace=session.namespace(cluster)
        )

        def act(info: Info) -> None:
            if dry_run == CLIENT or local:
                old = info.obj if local and info.obj else _live(inv, cluster, info)
                new = _locally(inv, info, old, text)
            else:
                old = info.obj or _live(inv, cluster, info)
                new = _on_server(inv, cluster, info, text)
            reporter.tell(new, "patched" if new != old else "patched (no change)")

        if not request.resolve(cluster).visit(act):
            raise UserError("no objects passed to patch")


def _validate(inv: Invocation, dry_run: str) -> None:
    if inv.flag("patch") and inv.flag("patch-file"):
        raise UserError("cannot specify --patch and --patch-file together")
    if not inv.flag("patch") and not inv.flag("patch-file"):
        raise UserError(NO_PATCH)
    if inv.flag("local") and inv.args:
        raise UserError("cannot specify --local and server resources")
    if inv.flag("local") and dry_run == SERVER:
        raise UserError(LOCAL_SERVER)
    if inv.flag("type") and _kind_of(inv) not in TYPES:
        raise UserError(f"--type must be one of [{' '.join(TYPES)}], not {quote(str(inv.flag('type')))}")


def _kind_of(inv: Invocation) -> str:
    return str(inv.flag("type")).lower() or "strategic"


def _patch_text(inv: Invocation) -> str:
    from kubesim.golang.yaml.encoding import decoded

    path = str(inv.flag("patch-file"))
    if not path:
        return str(inv.flag("patch"))
    try:
        with open(path, "rb") as file:
            return decoded(file.read(), errors="surrogateescape")
    except OSError as error:
        raise UserError(f"unable to read patch file: open {path}: {(error.strerror or str(error)).lower()}") from error


def _as_sent(given: str, text: str) -> str:
    """The patch as JSON; what begins with a brace is taken for that and checked by the server. Mirrors yaml.ToJSON."""
    from kubesim.golang.json import dumps
    from kubesim.golang.yaml import load_document

    if text.lstrip().startswith("{"):
        return text
    try:
        return dumps(load_document(text), escape_html=False)
    except UserError as error:
        why = error.message.removeprefix("error converting YAML to JSON: ")
        raise UserError(f"unable to parse {quote(given)}: {why}") from error


def _live(inv: Invocation, cluster: Cluster, info: Info) -> Obj:
    from kubesim.cluster import subresources
    from kubesim.kinds.versions import in_version

    fetch(cluster, info.names, info.namespace, info.name)
    found = subresources.read(cluster, info.names, info.namespace, info.name, str(inv.flag("subresource")))
    return in_version(found, info.names.api_version)


def _locally(inv: Invocation, info: Info, old: Obj, text: str) -> Obj:
    """What the patch makes of an object by kubectl's own reckoning. Mirrors getPatchedJSON."""
    from kubesim.api.schema import type_of
    from kubesim.cli.support.local_patches import patched, read_patch

    kind, names = _kind_of(inv), info.names
    if kind == "strategic" and type_of(names.api_version, names.kind) is None:
        what = f"{names.api_version}, Kind={names.kind}"
        raise UserError(f"strategic merge patch is not supported for {what} locally, try --type merge")
    return patched(old, read_patch(text, kind), kind)


def _on_server(inv: Invocation, cluster: Cluster, info: Info, text: str) -> Obj:
    from kubesim.cluster import requests

    kind, subresource = _kind_of(inv), str(inv.flag("subresource"))
    fetch(cluster, info.names, info.namespace, info.name)
    try:
        new = requests.patch(
            cluster, info.names, info.namespace, info.name, kind, requests.read_patch(kind, text),
            validation="Warn", subresource=subresource,
        )  # fmt: skip
    except StatusError as error:
        if error.reason != "UnsupportedMediaType":
            raise
        names = info.names
        what = f"{names.api_version}, Kind={names.kind}"
        raise UserError(f"{requests.MEDIA_TYPES[kind]} is not supported by {what}: {error.message}") from error
    noted = recorded(inv, new, record=inv.flag("record"))
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
    flags=(
        *options.FILENAME,
        *options.PRINT,
        options.DRY_RUN,
        options.field_manager("kubectl-patch"),
        options.RECORD,
        options.SUBRESOURCE,
        Flag("local", type=bool, help="Patch what is in the file and print it, without asking the cluster."),
        Flag("patch", "p", help="The patch."),
        Flag("patch-file", help="The file that has the patch."),
        Flag("type", default="strategic", help="What sort of patch it is: json, merge or strategic.", choices=TYPES),
    ),
    run=run,
)
