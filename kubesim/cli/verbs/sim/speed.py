"""``kubesim sim speed``: how fast the simulated clock runs."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.sim.clock import MAX, parse_speed


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    if not inv.args:
        inv.out.write(f"{described(session.speed(session.read().head))}\n")
        return
    if len(inv.args) != 1:
        raise inv.usage_error("at most one SPEED is allowed")
    speed = parse_speed(inv.args[0])
    with session.writing() as life:
        life.set_speed(speed)
        inv.out.write(f"{described(speed)}\n")


def described(speed: float | str) -> str:
    """The speed in words."""
    if speed == MAX:
        return "max: the clock stands still, but for commands that wait, which jump"
    return f"{float(speed):g} simulated second{'' if float(speed) == 1 else 's'} to a real one"


COMMAND = Command(
    name="speed",
    use="sim speed [SPEED]",
    short="Show or set how fast the simulated clock runs",
    long=(
        "A number is simulated seconds to a real one, 1 by default. max lets the clock stand still between commands; "
        "a command that waits jumps to the next thing that happens instead of sleeping.\n\n"
        "KUBESIM_SPEED overrides it for one command."
    ),
    examples=(("Ten times as fast", "sim speed 10"), ("For scripts: nothing waits", "sim speed max")),
    run=run,
)
