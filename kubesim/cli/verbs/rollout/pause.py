"""``kubesim rollout pause``. Mirrors kubectl pkg/cmd/rollout/rollout_pause.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.rollout.patches import change_each
from kubesim.kubectl.rollout_pause import pause


def run(inv: Invocation) -> None:
    change_each(inv, lambda obj, now: pause(obj), "paused")


COMMAND = Command(
    name="pause",
    use="rollout pause RESOURCE",
    short="Mark the provided resource as paused",
    long="A paused Deployment gathers changes of its template and rolls out none, until it is resumed.",
    examples=(("Gather changes without rolling them out", "rollout pause deployment/myapp-deployment"),),
    flags=(*options.FILENAME, options.SELECTOR, *options.PRINT, options.field_manager("kubectl-rollout")),
    run=run,
)
