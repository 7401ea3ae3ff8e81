"""``kubesim auth``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="auth",
    use="auth [flags]",
    short="Inspect authorization",
    long="Ask who you are, and what you or, with --as, somebody else may do.",
    examples=(("May I do everything?", "auth can-i '*' '*'"),),
)
