"""``kubesim rollout resume``. Mirrors kubectl pkg/cmd/rollout/rollout_resume.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.rollout.patches import PatchOptions, change_each
from kubesim.kubectl.rollout_pause import resume


def run(inv: Invocation, *, options: PatchOptions) -> None:
    change_each(inv, options, lambda obj, resource, now: resume(obj, resource), "resumed")


COMMAND = Command(
    name="resume",
    use="rollout resume RESOURCE",
    short="Resume a paused resource",
    long="A resumed Deployment rolls out, once, all that changed while it was paused.",
    examples=(("Roll out what was gathered", "rollout resume deployment/myapp-deployment"),),
    run=run,
)
