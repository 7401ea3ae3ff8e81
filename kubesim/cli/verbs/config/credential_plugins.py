"""A user's credential plugins: a program or a provider that knows the credentials. kubesim keeps them, and runs none.

Mirrors the second half of modifyAuthInfo, kubectl pkg/cmd/config/set_credentials.go.
"""

from __future__ import annotations

from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray, StringSlice
from kubesim.cli.support.pairs import Pairs, parse
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation

INTERACTIVE_MODES = ("IfAvailable", "Always", "Never")


class PluginOptions(OptionGroup):
    """The flags about plugins."""

    auth_provider: Annotated[str, Option(help="The provider that logs the user in.")] = ""
    auth_provider_arg: Annotated[StringSlice, Option(help="A setting of the provider, KEY=VALUE, or KEY- without it.")]
    exec_api_version: Annotated[str, Option(help="The version of the API that the program speaks.")] = ""
    exec_arg: Annotated[StringSlice, Option(help="The program's arguments, in the place of those it had.")]
    exec_command: Annotated[str, Option(help="The program that logs the user in.")] = ""
    exec_env: Annotated[StringArray, Option(help="A variable of the program's, KEY=VALUE, or KEY- without it.")]
    exec_interactive_mode: Annotated[str, Option(help="Whether the program may ask: IfAvailable, Always or Never.")] = (
        ""
    )
    exec_provide_cluster_info: Annotated[bool, Option(help="Pass the cluster to the program.")] = False


def provider_settings(options: PluginOptions) -> Pairs:
    """The provider's settings to set and to remove; UserError."""
    return parse(options.auth_provider_arg, "auth-provider-arg", removes=True)


def program_variables(options: PluginOptions) -> Pairs:
    """The program's variables to set and to remove; UserError."""
    return parse(options.exec_env, "exec-env", removes=True)


def check_interactive_mode(inv: Invocation, options: PluginOptions) -> None:
    """UserError for an unknown mode."""
    if inv.changed("exec-interactive-mode") and options.exec_interactive_mode not in INTERACTIVE_MODES:
        raise UserError("invalid interactive mode type, can be only IfAvailable, Never, Always")


def with_auth_provider(inv: Invocation, options: PluginOptions, settings: Pairs, user: Obj) -> Obj:
    """The user with the provider of the flags; a new provider starts without settings."""
    provider: Obj = user.get("auth-provider") or {}
    if inv.changed("auth-provider") and provider.get("name") != options.auth_provider:
        provider = {"name": options.auth_provider}
    if not provider:
        return user
    kept = {key: value for key, value in provider.get("config", {}).items() if key not in settings.removed}
    return {**user, "auth-provider": {**provider, "config": {**kept, **settings.new}}}


def with_exec(inv: Invocation, options: PluginOptions, variables: Pairs, user: Obj) -> Obj:
    """The user with the program of the flags; without a program, the other flags have no effect."""
    program: Obj = user.get("exec") or {}
    if inv.changed("exec-command"):
        unset = program or {"env": None, "provideClusterInfo": False}
        program = {**unset, "command": options.exec_command, "args": None}
    if not program:
        return user
    if options.exec_arg:
        program = {**program, "args": options.exec_arg}
    if inv.changed("exec-api-version"):
        program = {**program, "apiVersion": options.exec_api_version}
    if inv.changed("exec-interactive-mode"):
        program = {**program, "interactiveMode": options.exec_interactive_mode}
    if inv.changed("exec-provide-cluster-info"):
        program = {**program, "provideClusterInfo": options.exec_provide_cluster_info}
    return {**user, "exec": {**program, "env": _environment(program, variables)}}


def _environment(program: Obj, variables: Pairs) -> list[Obj] | None:
    """The program's variables in their order, the new ones last; None if there never were any."""
    if program["env"] is None and not any(variables):
        return None
    kept = {each["name"]: each["value"] for each in program["env"] or () if each["name"] not in variables.removed}
    return [{"name": name, "value": value} for name, value in {**kept, **variables.new}.items()]
