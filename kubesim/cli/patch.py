"""``kubesim patch``: strategic merge, JSON merge and JSON patches. Mirrors kubectl pkg/cmd/patch/patch.go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.record import recorded
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of
from kubesim.cli.resources import Request, fetch
from kubesim.cli.session import Session
from kubesim.errors import UserError, bad_request

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.resources import Info
    from kubesim.cluster import Cluster

TYPES = ("json", "merge", "strategic")
NO_PATCH = "must specify --patch or --patch-file containing the contents of the patch"
NO_OBJECT = "unexpected end of JSON input"


def run(inv: Invocation) -> None:
    dry_run = dry_run_of(inv)
    kind = _checked_type(inv)
    text = _patch_text(inv)
    local = bool(inv.flag("local"))
    if local and inv.args:
        raise UserError("cannot specify --local and server resources")
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run)
    with session.acting(dry_run=dry_run != NONE or local) as cluster:
        request = Request(args=inv.args, files=session.files(inv, cluster), namespace=session.namespace(cluster))
        result = request.resolve(cluster)
        body = _body(text)

        def act(info: Info) -> None:
            old = info.obj if local and info.obj else fetch(cluster, info.names, info.namespace, info.name)
            if dry_run == CLIENT or local:
                new = _locally(info, old, kind, body)
            else:
                new = _on_server(inv, cluster, info, kind, body, reporter)
            reporter.tell(new, "patched" if new != old else "patched (no change)")

        result.visit(act)


def _checked_type(inv: Invocation) -> str:
    kind = str(inv.flag("type")).lower()
    if kind not in TYPES:
        raise UserError(f'--type must be one of [{" ".join(TYPES)}], not "{kind}"')
    return kind


def _patch_text(inv: Invocation) -> str:
    given, path = str(inv.flag("patch")), str(inv.flag("patch-file"))
    if given and path:
        raise UserError("cannot specify --patch and --patch-file together")
    if not given and not path:
        raise UserError(NO_PATCH)
    if not path:
        return given
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"unable to read patch file: open {path}: {(error.strerror or str(error)).lower()}") from error


def _body(text: str) -> Any:
    """The patch as JSON data; what is no JSON is read as YAML."""
    from kubesim.api.yaml import load_document

    try:
        return load_document(text)
    except UserError as error:
        if text.lstrip().startswith(("{", "[")):
            raise bad_request(NO_OBJECT) from error
        raise UserError(f'unable to parse "{text}": {error.message}') from error


def _locally(info: Info, old: Obj, kind: str, body: Any) -> Obj:
    from kubesim.cluster import requests

    return requests.patched_locally(old, info.names, kind, body)


def _on_server(inv: Invocation, cluster: Cluster, info: Info, kind: str, body: Any, reporter: Reporter) -> Obj:
    from kubesim.cluster import requests

    new = requests.patch(
        cluster, info.names, info.namespace, info.name, kind, body, validation="Warn", warn=reporter.warn
    )
    noted = recorded(inv, new)
    return new if noted is new else cluster.update(noted)


COMMAND = Command(
    name="patch",
    use="patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
    short="Update fields of a resource",
    long=(
        "Change fields of an object by a patch in JSON or YAML: a strategic merge patch, which knows by which key "
        "lists merge, unless --type says otherwise."
    ),
    examples=(
        ("Five replicas", 'patch deployment web -p \'{"spec":{"replicas":5}}\''),
        (
            "Another image, by position",
            'patch deployment web --type=json -p \'[{"op":"replace","path":"/spec/template/spec/containers/0/image",'
            '"value":"nginx:1.26"}]\'',
        ),
        ("From a file", "patch deployment web --patch-file patch.yml"),
    ),
    flags=(
        *flags.FILENAME,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        flags.SUBRESOURCE,
        Flag("local", type=bool, help="Patch what is in the file and print it, without asking the cluster."),
        Flag("patch", "p", help="The patch."),
        Flag("patch-file", help="The file that has the patch."),
        Flag("type", default="strategic", help="What sort of patch it is: json, merge or strategic.", choices=TYPES),
    ),
    run=run,
)
