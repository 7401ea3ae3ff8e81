"""``kubesim create token``: a token of the right form that opens nothing. Mirrors kubectl's create_token.go."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Obj
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.signature import Annotated, Duration, Option, StringArray
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.resource_builder import fetch
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.create.creation import name_argument
from kubesim.cluster.token_requests import BOUND_KINDS, answered
from kubesim.errors import StatusError, UserError
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client


class TokenOptions(PrintFlags):
    """The flags. Mirrors TokenOptions."""

    audience: Annotated[StringArray, Option(help="Whom the token is for, if not the API server; may be repeated.")]
    bound_object_kind: Annotated[
        str, Option(help=f"The kind of what the token dies with: {', '.join(BOUND_KINDS)}.")
    ] = ""
    bound_object_name: Annotated[str, Option(help="The name of what the token dies with.")] = ""
    bound_object_uid: Annotated[str, Option(help="The UID it must have.")] = ""
    duration: Annotated[Duration, Option(help="For how long; an hour, if it is left out.")] = 0


def run(inv: Invocation, *, options: TokenOptions) -> None:
    name = name_argument(inv)
    reporter = Reporter(inv, options, typed=True)
    _validate(options, name)
    session = Session.of(inv)
    cluster = session.read()
    try:
        request = _answered(options, cluster, session.namespace(cluster), name)
    except StatusError as error:
        raise UserError(f"failed to create token: {error.message}") from error
    if inv.changed("output"):
        reporter.report(request, "created")
    else:
        inv.out.write(request["status"]["token"] + ("\n" if inv.out.isatty() else ""))


def _validate(options: TokenOptions, name: str) -> None:
    if not name:
        raise UserError("service account name is required")
    if options.duration < 0:
        raise UserError("--duration must be greater than or equal to 0")
    if options.duration % SECOND:
        raise UserError("--duration cannot be expressed in units less than seconds")
    if "" in options.audience:
        raise UserError("--audience must not be an empty string")
    kind = options.bound_object_kind
    for given, part in ((options.bound_object_name, "name"), (options.bound_object_uid, "uid")):
        if given and not kind:
            raise UserError(f"--bound-object-{part} can only be set if --bound-object-kind is provided")
    if kind and kind not in BOUND_KINDS:
        raise UserError(f"supported --bound-object-kind values are {', '.join(BOUND_KINDS)}")
    if kind and not options.bound_object_name:
        raise UserError("--bound-object-name is required if --bound-object-kind is provided")


def _answered(options: TokenOptions, cluster: Client, namespace: str, name: str) -> Obj:
    """The TokenRequest that the API server answers with; StatusError."""
    cluster.authorize("create", "ServiceAccount", namespace, name, "token")
    kind = options.bound_object_kind
    bound = {"kind": kind, "name": options.bound_object_name, "uid": options.bound_object_uid}
    if kind:
        names = built_in(kind)
        fetch(cluster, names, namespace if names.namespaced else "", options.bound_object_name)
    spec = {
        "audiences": options.audience,
        "expirationSeconds": options.duration // SECOND,
        "boundObjectRef": bound if kind else None,
    }
    return answered(cluster, namespace, name, spec)


COMMAND = Command(
    name="token",
    use="create token SERVICE_ACCOUNT_NAME",
    short="Request a service account token",
    long=(
        "Ask for a token of a service account. It has the form and the claims of a real one, but nothing is signed and "
        "nothing opens to it."
    ),
    examples=(
        ("A token of the account default", "create token default"),
        ("In another namespace", "create token default --namespace kube-system"),
        ("For ten minutes", "create token default --duration 10m"),
        ("For somebody else than the API server", "create token default --audience https://example.com"),
    ),
    run=run,
)
