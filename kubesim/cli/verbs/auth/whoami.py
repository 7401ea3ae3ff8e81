"""``kubesim auth whoami``. Mirrors kubectl pkg/cmd/auth/whoami.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.support.session import Session
from kubesim.cluster.identity import user_info
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.identity import Identity

FORBIDDEN = "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it"


def run(inv: Invocation, *, printing: PrintFlags) -> None:
    cluster = Session.of(inv).read()
    try:
        cluster.authorize("create", "SelfSubjectReview", None)
    except StatusError:
        raise UserError(FORBIDDEN) from None
    identity = cluster.user
    if not printing.output and not printing.template:
        inv.out.write(_table(identity))
        return
    from kubesim.api.meta import rfc3339
    from kubesim.cli.support.reporter import output_options
    from kubesim.kubectl.printers.output import for_output

    review = _review(identity, rfc3339(cluster.now))
    inv.out.write_data(for_output(output_options(inv, printing)._replace(typed=True)).print(review))


def _table(identity: Identity) -> str:
    from kubesim.golang.fmt import text
    from kubesim.kubectl.printers.tables import table_writer

    rows = [["ATTRIBUTE", "VALUE"], ["Username", identity.name]]
    if identity.uid:
        rows.append(["UID", identity.uid])
    if identity.groups:
        rows.append(["Groups", text(list(identity.groups))])
    rows += [[f"Extra: {key}", text(list(values))] for key, values in sorted(identity.extra)]
    return "".join(f"{line}\n" for line in table_writer().layout(rows))


def _review(identity: Identity, now: str) -> Obj:
    """The SelfSubjectReview that the API server answers with."""
    return {
        "kind": "SelfSubjectReview",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"creationTimestamp": now},
        "status": {"userInfo": user_info(identity)},
    }


COMMAND = Command(
    name="whoami",
    use="auth whoami",
    short="Show who you are to the server",
    long="Show the name and the groups under which the cluster knows you, or whom --as names.",
    examples=(("You", "auth whoami"), ("Somebody else", "auth whoami --as=anna --as-group=developers")),
    run=run,
)
