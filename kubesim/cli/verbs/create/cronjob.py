"""``kubesim create cronjob``. Mirrors kubectl pkg/cmd/create/create_cronjob.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create.creation import (
    FLAGS,
    CreateOptions,
    Creation,
    name_argument,
    new_container,
    new_object,
    words_after_dash,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    Creation(inv, inv.group(CreateOptions), "failed to create cronjob:").create(_cron_job(inv, name))


def _cron_job(inv: Invocation, name: str) -> Obj:
    container = new_container(name, str(inv.flag("image")), words_after_dash(inv))
    pod = {"containers": [container], "restartPolicy": str(inv.flag("restart")) or "OnFailure"}
    job = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
    return new_object("CronJob", name, spec={"schedule": str(inv.flag("schedule")), "jobTemplate": job})


COMMAND = Command(
    name="cronjob",
    use="create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
    short="Create a cron job with the specified name",
    long="Create a cron job: it makes a job at every time of its schedule.",
    examples=(
        ("Every minute", "create cronjob tick --image=busybox:1.36 --schedule='*/1 * * * *'"),
        ("A command, every night at three", "create cronjob tick --image=busybox:1.36 --schedule='0 3 * * *' -- date"),
    ),
    flags=(
        *FLAGS,
        Flag("image", required=True, help="The image of the container."),
        Flag("restart", help="When to restart the container: OnFailure, unless Never is asked for."),
        Flag("schedule", required=True, help="When, in the format of cron: '0 3 * * *'."),
    ),
    run=run,
)
