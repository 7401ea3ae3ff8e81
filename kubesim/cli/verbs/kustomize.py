"""``kubesim kustomize``: refused, once the command line names a kustomization. Mirrors kustomize's build command."""

from __future__ import annotations

import os

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, StringArray
from kubesim.cli.support.not_simulated import refuse
from kubesim.errors import UserError

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def run(
    inv: Invocation,
    *,
    _as_current_user: Annotated[bool, Option(help="Run functions as this user.")] = False,
    _enable_alpha_plugins: Annotated[bool, Option(help="Allow plugins.")] = False,
    _enable_helm: Annotated[bool, Option(help="Allow Helm charts.")] = False,
    _env: Annotated[StringArray, Option("e", help="Environment variables of functions.")],
    _helm_api_versions: Annotated[StringArray, Option(help="The API versions that Helm is told.")],
    _helm_command: Annotated[str, Option(help="How Helm is called.")] = "helm",
    _helm_debug: Annotated[bool, Option(help="Let Helm say more.")] = False,
    _helm_kube_version: Annotated[str, Option(help="The version that Helm is told.")] = "",
    _load_restrictor: Annotated[str, Option(help="Which files may be read.")] = "LoadRestrictionsRootOnly",
    _mount: Annotated[StringArray, Option(help="Folders that functions see.")],
    _network: Annotated[bool, Option(help="Allow functions a network.")] = False,
    _network_name: Annotated[str, Option(help="Which network.")] = "bridge",
    _output: Annotated[str, Option("o", help="Where to write it.")] = "",
) -> None:
    if len(inv.args) > 1:
        raise UserError("specify one path to kustomization.yaml")
    folder = inv.args[0] if inv.args else "."
    if not os.path.isdir(folder):
        why = f"evalsymlink failure on '{folder}' : lstat {os.path.abspath(folder)}: no such file or directory"
        raise UserError(f"must build at directory: not a valid directory: {why}")
    if not any(os.path.isfile(os.path.join(folder, name)) for name in NAMES):
        listed = f"'{NAMES[0]}', '{NAMES[1]}' or '{NAMES[2]}'"
        raise UserError(f"unable to find one of {listed} in directory '{os.path.abspath(folder)}'")
    raise refuse(inv, "it builds no kustomizations; give it what kustomize itself makes of one")


COMMAND = Command(
    name="kustomize",
    use="kustomize DIR [flags]",
    short="Build a kustomization target from a directory",
    long="Print what a kustomization comes to. kubesim builds none and refuses, with status 1.",
    examples=(("Refused in one line", "kustomize overlays/production"),),
    run=run,
)
