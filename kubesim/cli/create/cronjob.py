"""``kubesim create cronjob``. Mirrors kubectl pkg/cmd/create/create_cronjob.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object, words_after_dash

if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    create(inv, lambda cluster: _cron_job(inv, name), "cronjob")


def _cron_job(inv: Invocation, name: str) -> Obj:
    container: Obj = {"name": name, "image": str(inv.flag("image"))}
    if command := words_after_dash(inv):
        container["command"] = command
    pod = {"containers": [container], "restartPolicy": str(inv.flag("restart")) or "OnFailure"}
    job = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
    return new_object("CronJob", name, spec={"schedule": str(inv.flag("schedule")), "jobTemplate": job})


COMMAND = Command(
    name="cronjob",
    use="create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
    short="Create a cron job with the specified name",
    long="Create a cron job: a job at every time of its schedule.",
    examples=(("Every night at three", "create cronjob tick --image=busybox:1.36 --schedule='0 3 * * *' -- date"),),
    flags=(
        *FLAGS,
        Flag("image", required=True, help="The image."),
        Flag("restart", help="OnFailure or Never."),
        Flag("schedule", required=True, help="When, as cron writes it."),
    ),
    run=run,
)
