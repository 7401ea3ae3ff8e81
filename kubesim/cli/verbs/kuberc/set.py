"""``kubesim kuberc set``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/kuberc/set.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import refuse
from kubesim.cli.verbs.kuberc import NO_FILE
from kubesim.errors import UserError

DEFAULTS, ALIASES, PLUGIN = "defaults", "aliases", "credentialplugin"
ALLOWLIST = "Allowlist"
POLICIES = ("AllowAll", "DenyAll", ALLOWLIST)


def run(inv: Invocation) -> None:
    section = str(inv.flag("section"))
    if section not in (DEFAULTS, ALIASES, PLUGIN):
        raise UserError(f'--section must be "{DEFAULTS}", "{ALIASES}", or "{PLUGIN}", got: {section}')
    if section == ALIASES and not inv.flag("name"):
        raise UserError(f"--name is required when --section={ALIASES}")
    if section == DEFAULTS and inv.flag("name"):
        raise UserError(f"--name should not be specified when --section={DEFAULTS}")
    if section == DEFAULTS and (inv.flag("prependarg") or inv.flag("appendarg")):
        raise UserError(f"--prependarg and --appendarg are only valid for --section={ALIASES}")
    if section != PLUGIN and not inv.flag("command"):
        raise UserError(f"--command is required when --section={ALIASES} or --section={DEFAULTS}")
    if section == PLUGIN:
        _check_policy(str(inv.flag("policy")), bool(inv.flag("allowlist-entry")))
    raise refuse(inv, NO_FILE)


def _check_policy(policy: str, allows: bool) -> None:
    """UserError for a policy that there is not, or without the list of what it allows."""
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
    flags=(
        Flag("allowlist-entry", type="array", help="A plugin that may be run: field=value."),
        Flag("appendarg", type="array", help="An argument after the others, for aliases."),
        Flag("command", help="The command."),
        Flag("kuberc", help="The kuberc file."),
        Flag("name", help="The alias."),
        Flag("option", type="array", help="A flag's value: flag=value."),
        Flag("overwrite", type=bool, help="Change what is there."),
        Flag("policy", help="Which credential plugins may be run: AllowAll, DenyAll or Allowlist.", choices=POLICIES),
        Flag("prependarg", type="array", help="An argument before the others, for aliases."),
        Flag("section", required=True, help="What to set.", choices=(DEFAULTS, ALIASES, PLUGIN)),
    ),
    run=run,
)
