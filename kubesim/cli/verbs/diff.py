"""``kubesim diff``: what ``apply`` would change. Mirrors kubectl pkg/cmd/diff/diff.go."""

from __future__ import annotations

import os

from kubesim.api.meta import Obj, with_metadata
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Selector
from kubesim.cli.signature import Annotated, Option, StringArray
from kubesim.cli.support.resource_builder import NAMELESS, Request
from kubesim.cli.support.session import Session
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client
    from kubesim.kinds import Names

DIFFERENT = 1
FAILED = 2  # more than 1: diff or kubesim failed
MASK, BEFORE, AFTER = "***", "*** (before)", "*** (after)"


class DiffOptions(FilenameOptions):
    """What the flags say. Mirrors DiffOptions."""

    selector: Selector = ""
    _concurrency: Annotated[int, Option(help="How many objects to compare at once; it is always one.")] = 1
    field_manager: Annotated[str, Option(help="Who would own the changed fields.")] = "kubectl-client-side-apply"
    force_conflicts: Annotated[bool, Option(help="With --server-side, take over fields that others own.")] = False
    prune: Annotated[bool, Option(help="Show objects that would be deleted as well.")] = False
    prune_allowlist: Annotated[StringArray, Option(help="With --prune, the kinds to compare: group/version/kind.")]
    server_side: Annotated[bool, Option(help="As apply --server-side would.")] = False
    show_managed_fields: Annotated[bool, Option(help="Show who owns which field.")] = False
    show_secrets: Annotated[bool, Option(help="Show the values of secrets.")] = False


def run(inv: Invocation, *, options: DiffOptions) -> int:
    from kubesim.cli.main import error_text

    try:
        return _run(inv, options)
    except (UserError, StatusError) as error:
        raise UserError(error_text(error), bare=True, status=FAILED) from error


def _run(inv: Invocation, options: DiffOptions) -> int:
    import shutil

    from kubesim.cli.support.temporary_files import new_folder

    _validate(inv, options)
    session = Session.of(inv, options, options.field_manager)
    live = new_folder("LIVE-")
    try:
        merged = new_folder("MERGED-")
        try:
            _write_all(inv, options, session, live, merged)
            return _compare(inv, live, merged)
        finally:
            shutil.rmtree(merged, ignore_errors=True)
    finally:
        shutil.rmtree(live, ignore_errors=True)


def _validate(inv: Invocation, options: DiffOptions) -> None:
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    if not options.are_given:
        raise UserError("must specify one of -f and -k")
    if options.force_conflicts and not options.server_side:
        raise UserError("--force-conflicts only works with --server-side")


def _write_all(inv: Invocation, options: DiffOptions, session: Session, live: str, merged: str) -> None:
    """Write the objects as they are and as they would be; the cluster in memory is thrown away afterwards."""
    from kubesim.cli.verbs.apply.pruning import allowed

    allowlist = allowed(session.kinds(), options.prune_allowlist) if options.prune else []
    cluster = session.read()
    request = Request(files=session.files(cluster), selector=options.selector)
    visited: list[Obj] = []
    for item in request.resolve(cluster).items:
        if isinstance(item, UserError):
            raise UserError(item.message)
        if isinstance(item, Exception):
            raise item
        if not item.name:
            raise UserError(NAMELESS)
        cluster.require_right("get", item.names.key, item.namespace, item.name)
        found = cluster.find(item.names.key, item.namespace, item.name)
        before = None if found is None else cluster.kinds.in_version(found, item.names.api_version)
        after = _applied(inv, options, cluster, item, before)
        visited.append(after)
        _write_both(options, live, merged, before, after)
        if before is not None and "deletionTimestamp" in before["metadata"]:
            from kubesim.cli.verbs.apply.client_side import ENDING

            inv.err.write(f"Warning: {ENDING.format(name=item.name)}\n")
    if options.prune:
        _write_pruned(inv, options, cluster, allowlist, live, visited)


def _write_pruned(
    inv: Invocation,
    options: DiffOptions,
    cluster: Client,
    allowlist: Sequence[Names],
    live: str,
    visited: list[Obj],
) -> None:
    """What ``apply --prune`` would delete is there in the one folder alone. Mirrors diff's prune.go."""
    from kubesim.cli.verbs.apply.pruning import left_over, prunable

    uids = {obj["metadata"]["uid"] for obj in visited}
    namespaces = {obj["metadata"].get("namespace", "") for obj in visited}
    types = prunable(inv, allowlist)
    for obj in left_over(cluster, types, namespaces - {""}, options.selector, uids):
        _write(live, _with_owners(obj, shown=True))


def _write_both(options: DiffOptions, live: str, merged: str, before: Obj | None, after: Obj) -> None:
    pair = [before, after]
    pair = [None if obj is None else _with_owners(obj, shown=options.show_managed_fields) for obj in pair]
    if after["kind"] == "Secret" and not options.show_secrets:
        pair = _masked(*pair)
    for folder, obj in zip((live, merged), pair, strict=True):
        if obj is not None:
            _write(folder, obj)


def _write(folder: str, obj: Obj) -> None:
    from kubesim.cli.support.temporary_files import refusal
    from kubesim.golang.yaml.emitter import dump

    group, _, version = obj["apiVersion"].rpartition("/")
    meta = obj["metadata"]
    name = f"{version}.{obj['kind']}.{meta.get('namespace', '')}.{meta['name']}"
    path = os.path.join(folder, f"{group}.{name}" if group else name)
    try:
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as file:
            file.write(dump(obj))
    except OSError as error:
        raise refusal("write", path, error) from error


def _with_owners(obj: Obj, *, shown: bool) -> Obj:
    from kubesim.api.managed_fields.derived import with_derived

    return with_derived(obj) if shown else with_metadata(obj, managedFields=None)


def _masked(before: Obj | None, after: Obj | None) -> list[Obj | None]:
    """A secret's values are masked; only which of them differ is shown. Mirrors Masker."""
    old, new = (before or {}).get("data") or {}, (after or {}).get("data") or {}
    differing = {key for key in old.keys() & new.keys() if old[key] != new[key]}
    masked: list[Obj | None] = []
    for obj, data, mark in ((before, old, BEFORE), (after, new, AFTER)):
        hidden = {key: mark if key in differing else MASK for key in data}
        masked.append({**obj, "data": hidden} if obj is not None and data else obj)
    return masked


def _applied(inv: Invocation, options: DiffOptions, cluster: Client, info: Info, before: Obj | None) -> Obj:
    """The object as ``apply`` would make it, of the version that it has now: nothing is stored."""
    from kubesim.cli.support.reporter import with_source
    from kubesim.cli.verbs.apply.client_side import patch_kind, three_way
    from kubesim.cluster import requests

    assert info.obj is not None
    version = None if before is None else before["metadata"]["resourceVersion"]

    if options.server_side:
        from kubesim.cli.verbs.apply.server_side import manager_of

        manager = manager_of(inv, options.field_manager)
        after = requests.apply(cluster, info.obj, manager, force=options.force_conflicts, validation="Warn")
    elif before is None:
        after = requests.create(cluster, info.obj, validation="Warn")
    else:
        try:
            patch = three_way(info.obj, before, inv.err, annotate=False)
            after = before if not patch else requests.patch(
                cluster, info.names, info.namespace, info.name, patch_kind(info.obj), patch,
                validation="Warn",
            )  # fmt: skip
        except (StatusError, UserError) as error:
            raise with_source("patching", info.source, error) from error
    return with_metadata(after, resourceVersion=version)


def diff_command(environment: dict[str, str], live: str, merged: str) -> list[str]:
    """The diff program with its arguments: of KUBECTL_EXTERNAL_DIFF those that can do no harm. Mirrors getCommand."""
    import re

    external = environment.get("KUBECTL_EXTERNAL_DIFF", "")
    if not external:
        return ["diff", "-u", "-N", live, merged]
    program, *arguments = external.split(" ")
    return [program, live, merged, *(word for word in arguments if re.fullmatch(r"[a-zA-Z0-9-=]+", word))]


def _compare(inv: Invocation, live: str, merged: str) -> int:
    """Run the diff program on the two folders; its exit status."""
    import subprocess

    command = diff_command(dict(os.environ), live, merged)
    quoted = f'failed to run "{command[0]}"'
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        # upstream's wrapper takes whatever cannot be started for that
        why = "executable file not found in $PATH" if command[0] else "exec: no command"
        raise UserError(f"{quoted}: {why}") from error
    inv.out.write_data(done.stdout)
    inv.err.write(done.stderr)
    if done.returncode > DIFFERENT:
        raise UserError(f"{quoted}: exit status {done.returncode}")
    return min(abs(done.returncode), DIFFERENT)  # one that a signal ended differs, too


COMMAND = Command(
    name="diff",
    use="diff -f FILENAME",
    short="Diff the live version against a would-be applied version",
    long=(
        "Show what apply would change: the objects as they are and as they would be go into two folders, and diff -u "
        "-N compares these, or the program that KUBECTL_EXTERNAL_DIFF names.\n\n"
        "The exit status is 0 if nothing would change, 1 if something would, and more if that cannot be known."
    ),
    examples=(
        ("What would apply change", "diff -f deployment-definition.yml"),
        ("From standard input", "diff -f - < deployment-definition.yml"),
        ("As apply --server-side would", "diff --server-side -f deployment-definition.yml"),
    ),
    run=run,
    flag_hint="See '{command} -h' for help and examples",
    failure_status=FAILED,
)
