"""``kubesim rollout resume``. Mirrors kubectl pkg/cmd/rollout/rollout_resume.go."""

from __future__ import annotations

from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.rollout.patches import change_each
from kubesim.kubectl.rollout_pause import resume


def run(inv: Invocation) -> None:
    change_each(inv, lambda obj, now: resume(obj), "resumed")


COMMAND = Command(
    name="resume",
    use="rollout resume RESOURCE",
    short="Resume a paused resource",
    long="A resumed Deployment rolls out, once, all that changed while it was paused.",
    examples=(("Roll out what was gathered", "rollout resume deployment/myapp-deployment"),),
    flags=(*options.FILENAME, options.SELECTOR, *options.PRINT, options.field_manager("kubectl-rollout")),
    run=run,
)
