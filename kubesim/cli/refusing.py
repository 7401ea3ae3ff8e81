"""Verbs that need something inside a container, or a network: a simulator has neither, and says so in one line."""

from __future__ import annotations

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.errors import UserError


def refusal(name: str, use: str, short: str, why: str, *, needs: int = 1, flags: tuple[Flag, ...] = ()) -> Command:
    """A verb that refuses, once it has ``needs`` arguments."""

    def run(inv: Invocation) -> None:
        if len(inv.args) < needs:
            raise inv.usage_error(f"{name} needs {needs} argument{'s' if needs > 1 else ''}")
        raise UserError(f"kubesim cannot {inv.path}: {why}")

    long = f"{short}. kubesim takes the command and refuses it: {why}."
    return Command(name=name, use=use, short=short, long=long, examples=((short, use),), flags=flags, run=run)
