"""``kubesim create cronjob``. Mirrors kubectl pkg/cmd/create/create_cronjob.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create.creation import (
    CreateOptions,
    Creation,
    name_argument,
    new_container,
    new_object,
    words_after_dash,
)


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    image: Annotated[str, Option(required=True, help="The image of the container.")] = "",
    restart: Annotated[str, Option(help="When to restart the container: OnFailure, unless Never is asked for.")] = "",
    schedule: Annotated[str, Option(required=True, help="When, in the format of cron: '0 3 * * *'.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create cronjob:")
    container = new_container(name, image, words_after_dash(inv))
    pod = {"containers": [container], "restartPolicy": restart or "OnFailure"}
    job = {"metadata": {"name": name}, "spec": {"template": {"spec": pod}}}
    creation.create(new_object("CronJob", name, spec={"schedule": schedule, "jobTemplate": job}))


COMMAND = Command(
    name="cronjob",
    use="create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags]",
    short="Create a cron job with the specified name",
    long="Create a cron job: it makes a job at every time of its schedule.",
    examples=(
        ("Every minute", "create cronjob tick --image=busybox:1.36 --schedule='*/1 * * * *'"),
        ("A command, every night at three", "create cronjob tick --image=busybox:1.36 --schedule='0 3 * * *' -- date"),
    ),
    run=run,
)
