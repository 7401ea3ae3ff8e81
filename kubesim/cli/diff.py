"""``kubesim diff``: what ``apply`` would change. Mirrors kubectl pkg/cmd/diff/diff.go."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.resources import Request
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from pathlib import Path

    from kubesim.api.meta import Obj
    from kubesim.cli.resources import Info
    from kubesim.cluster import Cluster

DIFFERENT = 1
FAILED = 2  # more than 1: diff or kubesim failed


def run(inv: Invocation) -> int:
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("must specify one of -f and -k", status=FAILED)
    import tempfile
    from pathlib import Path

    session = Session.of(inv)
    cluster = session.read()
    request = Request(files=session.files(inv, cluster), selector=str(inv.flag("selector")))
    result = request.resolve(cluster)
    with tempfile.TemporaryDirectory(prefix="LIVE-") as live, tempfile.TemporaryDirectory(prefix="MERGED-") as merged:
        folders = Path(live), Path(merged)
        try:
            result.visit(lambda info: _write_both(inv, cluster, info, *folders))
        except (UserError, StatusError) as error:
            message = error.message if isinstance(error, UserError) else f"Error from server ({error.reason}): {error}"
            raise UserError(message, bare=isinstance(error, StatusError), status=FAILED) from error
        return _compare(inv, live, merged)


def _write_both(inv: Invocation, cluster: Cluster, info: Info, live: Path, merged: Path) -> None:
    """Write the object as it is and as it would be; the cluster in memory is thrown away afterwards."""
    from kubesim.api.yaml import dump

    names = info.names
    group = f"{names.group}." if names.group else ""
    file = f"{group}{names.version}.{names.kind}.{info.namespace}.{info.name}"
    before = cluster.find(names.kind, info.namespace, info.name)
    after = _applied(inv, cluster, info, before)
    for folder, obj in ((live, before), (merged, after)):
        if obj is not None:
            (folder / file).write_text(dump(_shown(obj)))


def _shown(obj: Obj) -> Obj:
    """The object without the owners of its fields; a secret's values are not told."""
    meta = {name: value for name, value in obj["metadata"].items() if name != "managedFields"}
    shown = {**obj, "metadata": meta}
    if obj["kind"] == "Secret" and obj.get("data"):
        shown["data"] = dict.fromkeys(obj["data"], "***")
    return shown


def _applied(inv: Invocation, cluster: Cluster, info: Info, before: Obj | None) -> Obj:
    """The object as ``apply`` would make it."""
    from kubesim.api.meta import with_metadata
    from kubesim.cli.apply.client_side import three_way
    from kubesim.cluster import requests

    assert info.obj is not None
    if inv.flag("server-side"):
        from kubesim.cli.apply.server_side import MANAGER, apply_one

        manager = str(inv.flag("field-manager")) if inv.changed("field-manager") else MANAGER
        return apply_one(cluster, info, manager, force=bool(inv.flag("force-conflicts")))
    if before is None:
        return requests.create(cluster, info.obj, validation="Strict", warn=_ignore)
    patch = three_way(info.obj, before, annotate=False)
    after = requests.patch(
        cluster, info.names, info.namespace, info.name, requests.STRATEGIC, patch, validation="Strict", warn=_ignore
    )
    return with_metadata(after, resourceVersion=before["metadata"]["resourceVersion"])


def _ignore(_warning: str) -> None:
    """What ``apply`` would warn of is not ``diff``'s to tell."""


def _compare(inv: Invocation, live: str, merged: str) -> int:
    """Run the diff program on the two folders; its exit status."""
    import shlex
    import subprocess

    words = shlex.split(os.environ.get("KUBECTL_EXTERNAL_DIFF", "")) or ["diff", "-u", "-N"]
    try:
        done = subprocess.run([*words, live, merged], capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        raise UserError(f"failed to run {words[0]!r}: {error.strerror}", status=FAILED) from error
    inv.out.write(done.stdout)
    inv.err.write(done.stderr)
    return done.returncode


COMMAND = Command(
    name="diff",
    use="diff -f FILENAME",
    short="Diff the live version against a would-be applied version",
    long=(
        "Show what apply would change. Exit status 0: nothing, 1: something, more: diff failed.\n\n"
        "KUBECTL_EXTERNAL_DIFF names another program than diff -u -N."
    ),
    examples=(("What would apply change", "diff -f deployment-definition.yml"),),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        Flag("concurrency", type=int, default=1, help="How many objects to look at at once; it is always one."),
        Flag("field-manager", default="kubectl-client-side-apply", help="Who would own the changed fields."),
        Flag("force-conflicts", type=bool, help="With --server-side, take over fields that others own."),
        Flag("prune", type=bool, help="Show objects that would be deleted as well."),
        Flag("prune-allowlist", type="array", help="With --prune, the kinds to look at."),
        Flag("server-side", type=bool, help="As apply --server-side would."),
        Flag("show-managed-fields", type=bool, help="Show who owns which field."),
    ),
    run=run,
)
