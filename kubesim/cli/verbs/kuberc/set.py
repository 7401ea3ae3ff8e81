"""``kubesim kuberc set``, refused once the command line is valid. Mirrors kubectl pkg/cmd/kuberc/set.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray
from kubesim.cli.support.not_simulated import refuse
from kubesim.cli.verbs.kuberc import NO_FILE
from kubesim.errors import UserError

DEFAULTS, ALIASES, PLUGIN = "defaults", "aliases", "credentialplugin"
ALLOWLIST = "Allowlist"
POLICIES = ("AllowAll", "DenyAll", ALLOWLIST)


class SetOptions(OptionGroup):
    """The flags. Mirrors SetOptions."""

    allowlist_entry: Annotated[StringArray, Option(help="A plugin that may be run: field=value.")]
    appendarg: Annotated[StringArray, Option(help="An argument after the others, for aliases.")]
    command: Annotated[str, Option(help="The command.")] = ""
    _kuberc: Annotated[str, Option(help="The kuberc file.")] = ""
    name: Annotated[str, Option(help="The alias.")] = ""
    _option: Annotated[StringArray, Option(help="A flag's value: flag=value.")]
    _overwrite: Annotated[bool, Option(help="Change what is there.")] = False
    policy: Annotated[
        str,
        Option(help="Which credential plugins may be run: AllowAll, DenyAll or Allowlist.", choices=POLICIES),
    ] = ""
    prependarg: Annotated[StringArray, Option(help="An argument before the others, for aliases.")]
    section: Annotated[str, Option(required=True, help="What to set.", choices=(DEFAULTS, ALIASES, PLUGIN))] = ""


def run(inv: Invocation, *, options: SetOptions) -> None:
    section = options.section
    if section not in (DEFAULTS, ALIASES, PLUGIN):
        raise UserError(f'--section must be "{DEFAULTS}", "{ALIASES}", or "{PLUGIN}", got: {section}')
    if section == ALIASES and not options.name:
        raise UserError(f"--name is required when --section={ALIASES}")
    if section == DEFAULTS and options.name:
        raise UserError(f"--name should not be specified when --section={DEFAULTS}")
    if section == DEFAULTS and (options.prependarg or options.appendarg):
        raise UserError(f"--prependarg and --appendarg are only valid for --section={ALIASES}")
    if section != PLUGIN and not options.command:
        raise UserError(f"--command is required when --section={ALIASES} or --section={DEFAULTS}")
    if section == PLUGIN:
        _check_policy(options.policy, allows=bool(options.allowlist_entry))
    raise refuse(inv, NO_FILE)


def _check_policy(policy: str, *, allows: bool) -> None:
    """UserError for an unknown policy, and for an allowlist that is missing or not asked for."""
    together = f"when --section={PLUGIN} and --policy={ALLOWLIST}"
    if not policy:
        raise UserError(f"--policy is required when --section={PLUGIN}")
    if policy not in POLICIES:
        raise UserError(f' --policy must be  "AllowAll", "DenyAll", or "{ALLOWLIST}", got: {policy}')
    if policy == ALLOWLIST and not allows:
        raise UserError(f"--allowlist-entry is required {together}")
    if policy != ALLOWLIST and allows:
        raise UserError(f"--allowlist-entry may only be used {together}")


COMMAND = Command(
    name="set",
    use="kuberc set --section (defaults|aliases) --command COMMAND",
    short="Set values in the kuberc configuration",
    long="Change a kuberc file. kubesim writes none and refuses, with status 1.",
    examples=(("Refused in one line", "kuberc set --section defaults --command get --option output=wide"),),
    run=run,
)
