"""The decision of ``certificate approve`` and ``deny``. Mirrors kubectl pkg/cmd/certificates."""

from __future__ import annotations

from kubesim.api.meta import Obj, condition_of, dig, rfc3339
from kubesim.cli.options import FilenameOptions, PrintFlags
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.reporter import Reporter
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cluster import Client


class CertificateOptions(FilenameOptions, PrintFlags):
    """The flags that both have. Mirrors CertificateOptions."""

    force: Annotated[bool, Option(help="Decide again what was decided so already.")] = False


class Decision(NamedTuple):
    """The condition to set on a request, with its report; ``opposite`` excludes it."""

    condition: str
    opposite: str
    reason: str
    message: str
    operation: str


def decide(inv: Invocation, options: CertificateOptions, decision: Decision) -> None:
    """Set the condition on each of the requests."""
    if not inv.args and not options.are_given:
        raise UserError("one or more CSRs must be specified as <name> or -f <filename>")
    session = Session.of(inv, options)
    reporter = Reporter(inv, options)
    with session.write() as cluster:
        request = Request(
            args=[f"certificatesigningrequests/{name}" for name in inv.args],
            files=session.files(cluster),
            namespace=session.namespace(cluster),
        )

        def act(info: Info) -> None:
            if info.names.key != "CertificateSigningRequest":
                raise UserError(f"can only handle certificates.k8s.io/v1 objects, got {info.names.api_version}")
            new = _decided(info.live(cluster), decision, rfc3339(cluster.now), force=options.force)
            reporter.report(_written(cluster, info.live(cluster), new), decision.operation)

        request.resolve(cluster).visit(act)


def _written(cluster: Client, old: Obj, new: Obj) -> Obj:
    return cluster.update_status(old, new, subresource="approval", verb="update")


def _decided(csr: Obj, decision: Decision, now: str, *, force: bool) -> Obj:
    """The request with the condition, unchanged if it has it; UserError if it has the opposite one."""
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
