"""Which flags of ``apply`` go together. Mirrors ApplyOptions.Validate."""

from __future__ import annotations

from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.reporter import CLIENT, SERVER, dry_run_of
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation

PRUNES_ALL = (
    "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. "
    "If you did not mean to prune all resources, specify a label selector"
)


def validate(inv: Invocation) -> None:
    """UserError for the first combination that makes no sense, in upstream's order."""
    if inv.args:
        raise inv.usage_error(f"Unexpected args: [{' '.join(inv.args)}]")
    propagation_of(inv, inv.flag("cascade"))
    if not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("must specify one of -f and -k")
    dry_run, server, force = (
        dry_run_of(inv, inv.flag("dry-run")),
        bool(inv.flag("server-side")),
        bool(inv.flag("force")),
    )
    _refuse(
        (inv.flag("force-conflicts") and not server, "--force-conflicts only works with --server-side"),
        (
            dry_run == CLIENT and server,
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        ),
        (server and force, "--force cannot be used with --server-side"),
        (dry_run == SERVER and force, "--dry-run=server cannot be used with --force"),
        (inv.flag("all") and inv.flag("selector"), "cannot set --all and --selector at the same time"),
    )
    if inv.flag("prune"):
        _refuse(
            (force, "--force cannot be used with --prune"),
            (not inv.flag("all") and not inv.flag("selector"), PRUNES_ALL),
            (server, "--prune is in alpha and doesn't currently work on objects created by server-side apply"),
        )
    _refuse((inv.flag("subresource") and not server, "--subresource can only be specified for --server-side"))


def _refuse(*rules: tuple[object, str]) -> None:
    for is_broken, message in rules:
        if is_broken:
            raise UserError(message)
