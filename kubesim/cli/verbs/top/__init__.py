"""``kubesim top``: what a cluster without a metrics server answers. Its sub-commands are a file each."""

from __future__ import annotations

from kubesim.cli.command import Group, Invocation
from kubesim.errors import UserError

NO_METRICS = "Metrics API not available"


def validate(inv: Invocation, what: str) -> None:
    """What is wrong with the command line of ``top node`` or ``top pod``. Mirrors their Complete and Validate."""
    if len(inv.args) > 1:
        raise inv.usage_error(f"{what} [NAME | -l label]")
    if inv.flag("sort-by") not in ("", "cpu", "memory"):
        raise UserError("--sort-by accepts only cpu or memory")
    if inv.args and inv.flag("selector"):
        selector = "--selector" if what == "node" else "selector"
        raise UserError(f"only one of NAME or {selector} can be provided")


COMMAND = Group(
    name="top",
    use="top [flags]",
    short="Display resource (CPU/memory) usage",
    long="Show what nodes and pods use. Simulated containers use nothing, and the cluster has no metrics server.",
    examples=(("What there is to see: nothing", "top pods"),),
)
