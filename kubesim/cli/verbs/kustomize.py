"""``kubesim kustomize``: refused, once there is something to build. Mirrors kustomize's build command."""

from __future__ import annotations

import os

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import refuse
from kubesim.errors import UserError

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def run(inv: Invocation) -> None:
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
    flags=(
        Flag("as-current-user", type=bool, help="Run functions as this user."),
        Flag("enable-alpha-plugins", type=bool, help="Allow plugins."),
        Flag("enable-helm", type=bool, help="Allow Helm charts."),
        Flag("env", "e", "array", help="Environment variables of functions."),
        Flag("helm-api-versions", type="array", help="The API versions that Helm is told."),
        Flag("helm-command", default="helm", help="How Helm is called."),
        Flag("helm-debug", type=bool, help="Let Helm say more."),
        Flag("helm-kube-version", help="The version that Helm is told."),
        Flag("load-restrictor", default="LoadRestrictionsRootOnly", help="Which files may be read."),
        Flag("mount", type="array", help="Folders that functions see."),
        Flag("network", type=bool, help="Allow functions a network."),
        Flag("network-name", default="bridge", help="Which network."),
        Flag("output", "o", help="Where to write it."),
    ),
    run=run,
)
