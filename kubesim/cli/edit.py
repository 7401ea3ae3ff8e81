"""``kubesim edit``: an object in an editor. Mirrors kubectl pkg/cmd/util/editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.record import recorded
from kubesim.cli.resources import Request
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.resources import Info

CANCELLED = "Edit cancelled, no changes made."
HEADER = """\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
NO_EDITOR = "there was a problem with the editor {editor!r}"


def run(inv: Invocation) -> None:
    output = str(inv.flag("output"))
    if output not in ("yaml", "json", "kyaml"):
        allowed = "json,kyaml,yaml"
        raise UserError(
            f'unable to match a printer suitable for the output format "{output}", allowed formats are: {allowed}'
        )
    session = Session.of(inv)
    cluster = session.read()
    request = Request(
        args=inv.args, files=session.files(inv, cluster), namespace=session.namespace(cluster), everything=True
    )
    request.resolve(cluster).visit(lambda info: _edit(inv, session, info, info.live(cluster), output))


def _edit(inv: Invocation, session: Session, info: Info, obj: Obj, output: str) -> None:
    """Let the user edit one object, and write what came of it; nobody holds the lock meanwhile."""
    from kubesim.api.patch import json_merge
    from kubesim.api.patch.merge import difference
    from kubesim.cluster import requests

    before = _text(obj, output)
    after = _edited(before, output)
    if _content(after) in ("", _content(before)):
        inv.err.write(f"{CANCELLED}\n")
        return
    new = _parsed(after)
    patch = difference(_parsed(before), new)
    if not patch:
        inv.err.write(f"{CANCELLED}\n")
        return
    with session.write() as cluster:
        current = info.live(cluster)
        changed = recorded(inv, json_merge(current, patch))
        try:
            requests.replace(cluster, changed, validation="Strict", warn=lambda text: None)
        except StatusError as error:
            raise UserError(f"{info.names.plural} {info.name!r} was not valid: {error.message}") from error
    inv.out.write(f"{info.said} edited\n")


def _text(obj: Obj, output: str) -> str:
    if output == "json":
        from kubesim.api.gojson import dumps

        return f"{dumps(obj, indent=4)}\n"
    from kubesim.api.yaml import dump

    return HEADER + dump(obj)


def _content(text: str) -> str:
    """The text without comments and blank ends."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def _parsed(text: str) -> Obj:
    from kubesim.api.yaml import load_document

    parsed = load_document(text)
    if not isinstance(parsed, dict):
        raise UserError("the edited file is no object")
    return parsed


def _edited(text: str, output: str) -> str:
    """What the user's editor makes of a text: KUBE_EDITOR, else EDITOR, else vi."""
    import subprocess
    import tempfile
    from pathlib import Path

    editor = os.environ.get("KUBE_EDITOR") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="kubesim-edit-") as folder:
        path = Path(folder, f"edit.{output}")
        path.write_text(text)
        done = subprocess.run([os.environ.get("SHELL") or "/bin/sh", "-c", f"{editor} {path}"], check=False)
        if done.returncode:
            raise UserError(NO_EDITOR.format(editor=editor))
        return path.read_text(errors="replace")


COMMAND = Command(
    name="edit",
    use="edit (RESOURCE/NAME | -f FILENAME)",
    short="Edit a resource on the server",
    long="Open an object in your editor, KUBE_EDITOR or EDITOR or vi, and write what you saved.",
    examples=(
        ("A Deployment", "edit deployment/myapp-deployment"),
        ("As JSON", "edit deployment/myapp-deployment -o json"),
    ),
    flags=(
        *flags.FILENAME,
        flags.FIELD_MANAGER,
        flags.RECORD,
        flags.SAVE_CONFIG,
        flags.SUBRESOURCE,
        flags.VALIDATE,
        Flag(
            "output", "o", default="yaml", help="What to edit: yaml, kyaml or json.", choices=("yaml", "kyaml", "json")
        ),
        Flag("output-patch", type=bool, help="Print the patch as well."),
        Flag("show-managed-fields", type=bool, help="Keep metadata.managedFields."),
        Flag("windows-line-endings", type=bool, help="Use Windows' line endings."),
    ),
    run=run,
)
