"""``kubesim rollout restart``: replaces every pod. Mirrors kubectl pkg/cmd/rollout/rollout_restart.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.rollout.patches import PatchOptions, change_each
from kubesim.kubectl.rollout_restart import restart

TOO_SOON = (
    "failed to create patch for {name}: if restart has already been triggered within the past second, please wait "
    "before attempting to trigger another"
)


def run(inv: Invocation, *, options: PatchOptions) -> None:
    change_each(inv, options, restart, "restarted", unchanged=TOO_SOON)


COMMAND = Command(
    name="restart",
    use="rollout restart RESOURCE",
    short="Restart a resource",
    long="Replace every pod, step by step, by stamping the pod template with the time.",
    examples=(
        ("Restart one Deployment", "rollout restart deployment/myapp-deployment"),
        ("Restart every Deployment with a label", "rollout restart deployment --selector=app=myapp"),
    ),
    run=run,
)
