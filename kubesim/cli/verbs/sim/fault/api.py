"""``kubesim sim fault api``: requests to the API server fail."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, one_argument
from kubesim.cluster.failing_requests import REASONS
from kubesim.cluster.faults import API, active
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    reason: Annotated[
        str, Option(help=f"What they fail with: {', '.join(REASONS)}.", choices=tuple(REASONS))
    ] = "InternalError",
    for_: For = 0,
) -> None:
    share = _share(one_argument(inv, "SHARE"))
    if reason not in REASONS:
        raise UserError(f'unknown reason "{reason}": it is one of {", ".join(REASONS)}')
    with Session.of(inv).writing() as life:
        if active(life.cluster, API):
            raise UserError('requests fail already; "sim fault clear" ends that')
        befall(inv, life, API, "requests", for_, share=share, reason=reason)


def _share(text: str) -> int:
    number = text.removesuffix("%")
    if not (number.isascii() and number.isdigit() and len(number) <= 3 and 1 <= int(number) <= 100):
        raise UserError(f'invalid share "{text}": it must be from 1% to 100%')
    return int(number)


COMMAND = Command(
    name="api",
    use="sim fault api SHARE [--reason REASON] [--for TIME]",
    short="Let requests to the API server fail",
    long=(
        "So many of the requests that clients send fail, by chance: kubectl's commands send one or several each. "
        "Controllers and kubelets go on as before. What a command had changed before a request failed stays changed. "
        "The commands under sim do not fail."
    ),
    examples=(
        ("Every fifth, for a minute", "sim fault api 20% --for 1m"),
        ("All of them", "sim fault api 100% --reason ServiceUnavailable"),
    ),
    run=run,
)
