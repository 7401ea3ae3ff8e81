"""What the sub-commands of ``create`` have in common: a name, an object made from words, and how it is sent.

Mirrors kubectl pkg/cmd/create's options and CreateSubcommandOptions.Run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kubesim.api.meta import Obj
from kubesim.cli import flags
from kubesim.cli.apply_annotation import with_last_applied_if_kept
from kubesim.cli.command import Flag
from kubesim.cli.reporting import CLIENT, NONE, Reporter, dry_run_of, validation_of
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError
from kubesim.kinds import names_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.cli.command import Invocation
    from kubesim.cluster import Cluster

FLAGS: tuple[Flag, ...] = (
    *flags.PRINT,
    flags.DRY_RUN,
    flags.FIELD_MANAGER,
    flags.SAVE_CONFIG,
    flags.VALIDATE,
)


def name_argument(inv: Invocation) -> str:
    """The one NAME of the command line. Mirrors NameFromCommandArgs."""
    count = len(inv.args) if inv.dash is None else inv.dash
    if count != 1:
        raise inv.usage_error(f"exactly one NAME is required, got {count}")
    return str(inv.args[0])


def words_after_dash(inv: Invocation) -> list[str]:
    """The command after ``--``."""
    return [] if inv.dash is None else list(inv.args[inv.dash :])


def new_object(kind: str, name: str, **rest: Any) -> Obj:
    """An object of a kind with a name; ``labels`` go into its metadata."""
    meta: Obj = {"name": name}
    labels = rest.pop("labels", None)
    if labels:
        meta["labels"] = labels
    return {"apiVersion": names_of(kind).api_version, "kind": kind, "metadata": meta, **rest}


def create(inv: Invocation, make: Callable[[Cluster], Obj], what: str = "") -> None:
    """Make an object and create it, or print what it would be.

    ``what`` is what the refusal calls it: ``failed to create WHAT: ...``; without it the refusal stands alone.
    """
    dry_run, validation = dry_run_of(inv), validation_of(inv)
    session = Session.of(inv)
    reporter = Reporter(inv, dry_run, typed=True)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        obj = _printed(make(cluster))
        if names_of(obj["kind"]).namespaced and (dry_run != CLIENT or session.enforce_namespace):
            obj = {**obj, "metadata": {**obj["metadata"], "namespace": session.namespace(cluster)}}
        obj = with_last_applied_if_kept(obj, save_config=bool(inv.flag("save-config")))
        if dry_run != CLIENT:
            obj = send(cluster, obj, validation, reporter, what)
        reporter.tell(obj, "created")


def send(cluster: Cluster, obj: Obj, validation: str, reporter: Reporter, what: str = "") -> Obj:
    """Create an object; the refusal says what could not be created."""
    from kubesim.cluster import requests

    try:
        return requests.create(cluster, obj, validation=validation, warn=reporter.warn)
    except StatusError as error:
        if not what:
            raise
        raise UserError(f"failed to create {what}: {error.message}") from error


def _printed(obj: Obj) -> Obj:
    """The object as kubectl's own types print it, with the empty fields that they do not leave out."""
    from kubesim.api.encode import encode

    return encode(obj, obj["apiVersion"], obj["kind"])
