"""What ``certificate approve`` and ``deny`` have in common. Mirrors kubectl pkg/cmd/certificates."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, rfc3339
from kubesim.cli import options
from kubesim.cli.options import PrintFlags
from kubesim.cli.pflag import Flag
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.resources import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resources import Info

FLAGS = (
    *options.FILENAME,
    *options.PRINT,
    Flag("force", type=bool, help="Decide again what was decided so already."),
)


class Decision(NamedTuple):
    """The condition that is set, and how that is told."""

    condition: str
    opposite: str
    reason: str
    message: str
    operation: str


def decide(inv: Invocation, decision: Decision) -> None:
    """Set the condition of each request that is named."""
    if not inv.args and not inv.flag("filename") and not inv.flag("kustomize"):
        raise UserError("one or more CSRs must be specified as <name> or -f <filename>")
    session = Session.of(inv)
    reporter = Reporter(inv, inv.group(PrintFlags))
    with session.write() as cluster:
        request = Request(
            args=[f"certificatesigningrequests/{name}" for name in inv.args],
            files=session.files(cluster),
            namespace=session.namespace(cluster),
        )

        def act(info: Info) -> None:
            if info.names.kind != "CertificateSigningRequest":
                raise UserError(f"can only handle certificates.k8s.io/v1 objects, got {info.names.api_version}")
            new = _decided(info.live(cluster), decision, rfc3339(cluster.now), force=bool(inv.flag("force")))
            reporter.tell(cluster.update_client_status(info.live(cluster), new), decision.operation)

        request.resolve(cluster).visit(act)


def _decided(csr: Obj, decision: Decision, now: str, *, force: bool) -> Obj:
    """The request with the condition; as it is if it has it, UserError if it has the other one."""
    if condition_of(csr, decision.opposite) is not None:
        raise UserError(f'certificate signing request "{csr["metadata"]["name"]}" is already {decision.opposite}')
    if condition_of(csr, decision.condition) is not None and not force:
        return csr
    condition = {
        "lastTransitionTime": now,
        "lastUpdateTime": now,
        "message": decision.message,
        "reason": decision.reason,
        "status": "True",
        "type": decision.condition,
    }
    others = [one for one in dig(csr, "status", "conditions", default=()) if one["type"] != decision.condition]
    return {**csr, "status": {**(csr.get("status") or {}), "conditions": [*others, condition]}}
