"""``kubesim sim advance``: moves the clock by hand."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.sim.clock import parse_duration


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise inv.usage_error("exactly one DURATION is required")
    duration = parse_duration(inv.args[0])
    with Session.of(inv).writing() as life:
        life.advance_by(duration)


COMMAND = Command(
    name="advance",
    use="sim advance DURATION",
    short="Move the clock by hand",
    long="Let the cluster live for a while at once: 30s, 10m, 1h30m, or plain seconds.",
    examples=(("Half a minute", "sim advance 30s"), ("Past a progress deadline", "sim advance 10m")),
    run=run,
)
