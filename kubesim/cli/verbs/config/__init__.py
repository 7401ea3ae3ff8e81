"""``kubesim config``: contexts, which the state keeps; the user's own kubeconfig is never touched."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="config",
    use="config SUBCOMMAND",
    short="Show and set contexts, which the state file keeps",
    long=(
        "Show the contexts and choose the namespace to work in. They are kept with the cluster in the state file; "
        "your own kubeconfig is neither read nor written."
    ),
    examples=(("Work in a namespace", "config set-context --current --namespace=kube-system"),),
)
