"""``kubesim rollout pause``. Mirrors kubectl pkg/cmd/rollout/rollout_pause.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.rollout.patches import PatchOptions, change_each
from kubesim.kubectl.rollout_pause import pause


def run(inv: Invocation, *, options: PatchOptions) -> None:
    change_each(inv, options, lambda obj, resource, now: pause(obj, resource), "paused")


COMMAND = Command(
    name="pause",
    use="rollout pause RESOURCE",
    short="Mark the provided resource as paused",
    long="A paused Deployment gathers changes of its template and rolls out none, until it is resumed.",
    examples=(("Gather changes without rolling them out", "rollout pause deployment/myapp-deployment"),),
    run=run,
)
