"""The flags of ``apply``, and what they come to. Mirrors ApplyFlags and ApplyOptions in kubectl pkg/cmd/apply."""

from __future__ import annotations

from kubesim.cli.options import (
    Cascade,
    DryRun,
    FieldManager,
    FilenameOptions,
    PrintFlags,
    Record,
    Selector,
    Subresource,
    Validate,
)
from kubesim.cli.signature import Annotated, Duration, Option, StringArray
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.reporter import CLIENT, NONE, SERVER, dry_run_of, validation_of
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.apply.pruning import allowed
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.command import Invocation
    from kubesim.kinds import Names

PRUNES_ALL = (
    "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
    "If you did not mean to prune all resources, specify a label selector"
)


class ApplyFlags(FilenameOptions, PrintFlags):
    """The flags. Mirrors ApplyFlags."""

    selector: Selector = ""
    cascade: Cascade = "background"
    dry_run: DryRun = NONE
    field_manager: FieldManager = "kubectl-client-side-apply"
    record: Record = False
    subresource: Subresource = ""
    validate: Validate = "strict"
    all_: Annotated[bool, Option(help="With --prune, all objects of the namespace are compared.")] = False
    force: Annotated[bool, Option(help="Delete and create anew what cannot be changed.")] = False
    force_conflicts: Annotated[bool, Option(help="With --server-side, take over fields that others own.")] = False
    grace_period: Annotated[int, Option(help="With --force, seconds given to end.")] = -1
    _openapi_patch: Annotated[bool, Option(help="Work out patches by the API's own schema; it is always so.")] = True
    _overwrite: Annotated[bool, Option(help="Resolve conflicts in favour of the file.")] = True
    prune: Annotated[bool, Option(help="Delete objects that were applied once and are in no file now.")] = False
    prune_allowlist: Annotated[StringArray, Option(help="With --prune, the kinds to compare: group/version/kind.")]
    server_side: Annotated[bool, Option(help="Let the server merge, by the owners of fields.")] = False
    _timeout: Annotated[Duration, Option(help="With --force, how long to wait for the old object to go.")] = 0
    _wait: Annotated[bool, Option(help="With --force, wait until the old object is gone.")] = False


class ApplyOptions(NamedTuple):
    """What the flags come to. Mirrors ApplyOptions.

    ``propagation`` and ``validation`` are in the API server's words, ``allowlist`` has the kinds of --prune-allowlist.
    """

    flags: ApplyFlags
    dry_run: str
    propagation: str
    validation: str
    allowlist: Sequence[Names]


def to_options(inv: Invocation, flags: ApplyFlags) -> ApplyOptions:
    """Read the flags; UserError for the first that is not valid. Mirrors ApplyFlags.ToOptions."""
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    dry_run = dry_run_of(inv, flags.dry_run)
    propagation = propagation_of(inv, flags.cascade)
    if not flags.are_given:
        raise UserError("must specify one of -f and -k")
    validation = validation_of(flags.validate)
    allowlist = allowed(Session.of(inv).kinds(), flags.prune_allowlist) if flags.prune else []
    return ApplyOptions(flags, dry_run, propagation, validation, allowlist)


def validate(options: ApplyOptions) -> None:
    """UserError for the first combination that makes no sense. Mirrors ApplyOptions.Validate."""
    flags, dry_run = options.flags, options.dry_run
    if flags.force_conflicts and not flags.server_side:
        raise UserError("--force-conflicts only works with --server-side")
    if dry_run == CLIENT and flags.server_side:
        raise UserError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)")
    if flags.server_side and flags.force:
        raise UserError("--force cannot be used with --server-side")
    if dry_run == SERVER and flags.force:
        raise UserError("--dry-run=server cannot be used with --force")
    if flags.all_ and flags.selector:
        raise UserError("cannot set --all and --selector at the same time")
    if flags.prune and flags.force:
        raise UserError("--force cannot be used with --prune")
    if flags.prune and not flags.all_ and not flags.selector:
        raise UserError(PRUNES_ALL)
    if flags.prune and flags.server_side:
        raise UserError("--prune is in alpha and doesn't currently work on objects created by server-side apply")
    if flags.subresource and not flags.server_side:
        raise UserError("--subresource can only be specified for --server-side")
