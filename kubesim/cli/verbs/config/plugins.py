"""How a user logs in through somebody else: a program that is run, or a provider. Kept, shown, and never asked.

Mirrors the second half of modifyAuthInfo in kubectl pkg/cmd/config/set_credentials.go.
"""

from __future__ import annotations

from kubesim.cli.support.pairs import Pairs, parse
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation

INTERACTIVE_MODES = ("IfAvailable", "Always", "Never")


def pairs_of(inv: Invocation, flag: str) -> Pairs:
    """What a repeatable flag of KEY=VALUE and KEY- sets and takes away; UserError."""
    return parse(inv.flag(flag), flag, removes=True)


def check_interactive_mode(inv: Invocation) -> None:
    """UserError for a mode that there is not."""
    if inv.changed("exec-interactive-mode") and inv.flag("exec-interactive-mode") not in INTERACTIVE_MODES:
        raise UserError("invalid interactive mode type, can be only IfAvailable, Never, Always")


def with_auth_provider(inv: Invocation, user: Obj) -> Obj:
    """The user with what the flags say of the provider; another provider begins without settings."""
    provider: Obj = user.get("auth-provider") or {}
    if inv.changed("auth-provider") and provider.get("name") != inv.flag("auth-provider"):
        provider = {"name": str(inv.flag("auth-provider"))}
    if not provider:
        return user
    settings = pairs_of(inv, "auth-provider-arg")
    kept = {key: value for key, value in provider.get("config", {}).items() if key not in settings.removed}
    return {**user, "auth-provider": {**provider, "config": {**kept, **settings.new}}}


def with_exec(inv: Invocation, user: Obj) -> Obj:
    """The user with what the flags say of the program; without a program, the other flags say nothing."""
    program: Obj = user.get("exec") or {}
    if inv.changed("exec-command"):
        unset = program or {"env": None, "provideClusterInfo": False}
        program = {**unset, "command": str(inv.flag("exec-command")), "args": None}
    if not program:
        return user
    if inv.flag("exec-arg"):
        program = {**program, "args": inv.flag("exec-arg")}
    for flag, field in (("exec-api-version", "apiVersion"), ("exec-interactive-mode", "interactiveMode")):
        if inv.changed(flag):
            program = {**program, field: str(inv.flag(flag))}
    if inv.changed("exec-provide-cluster-info"):
        program = {**program, "provideClusterInfo": bool(inv.flag("exec-provide-cluster-info"))}
    return {**user, "exec": {**program, "env": _environment(inv, program)}}


def _environment(inv: Invocation, program: Obj) -> list[Obj] | None:
    """The program's variables in their order, the new ones last; None as long as there never were any."""
    variables = pairs_of(inv, "exec-env")
    if program["env"] is None and not any(variables):
        return None
    kept = {each["name"]: each["value"] for each in program["env"] or () if each["name"] not in variables.removed}
    return [{"name": name, "value": value} for name, value in {**kept, **variables.new}.items()]
