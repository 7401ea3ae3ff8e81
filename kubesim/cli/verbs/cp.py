"""``kubesim cp``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/cp/cp.go."""

from __future__ import annotations

import os

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Container
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    _container: Container = "",
    _no_preserve: Annotated[bool, Option(help="Do not keep the owner and the permissions of files.")] = False,
    _retries: Annotated[int, Option(help="How often to try again; less than 0 means for ever.")] = 0,
) -> None:
    if len(inv.args) != 2:
        raise UserError("source and destination are required")
    source, destination = map(_remote, inv.args)
    if source and destination:
        raise UserError("one of src or dest must be a local file specification")
    if not source and not destination:
        raise UserError("one of src or dest must be a remote file specification")
    if not source and not os.path.exists(inv.args[0]):
        raise UserError(f"{inv.args[0]} doesn't exist in local filesystem")
    _require(inv, source or destination)
    raise refuse(inv, NOTHING_RUNS)


def _remote(text: str) -> str:
    """``[NAMESPACE/]POD`` of a file specification; empty for a local file. Mirrors extractFileSpec."""
    pod, colon, path = text.partition(":")
    if not colon:
        return ""
    if not path:
        raise UserError("filepath can not be empty")
    return pod


def _require(inv: Invocation, place: str) -> None:
    """StatusError NotFound unless the pod is there."""
    from kubesim.cli.support.resource_builder import find
    from kubesim.cli.support.session import Session
    from kubesim.kinds import built_in

    session = Session.of(inv)
    cluster = session.read()
    namespace, _, name = place.rpartition("/")
    find(cluster, built_in("Pod"), namespace or session.namespace(cluster), name)


COMMAND = Command(
    name="cp",
    use="cp <file-spec-src> <file-spec-dest>",
    short="Copy files and directories to and from containers",
    long="Copy files into a container or out of it. Simulated ones have no files: kubesim refuses, with status 1.",
    examples=(("Refused in one line", "cp POD:/etc/hostname hostname"),),
    run=run,
)
