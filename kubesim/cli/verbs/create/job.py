"""``kubesim create job``. Mirrors kubectl pkg/cmd/create/create_job.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of, controller_reference, labels_of
from kubesim.api.well_known import CRON_JOB_INSTANTIATE_ANNOTATION
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.verbs.create.creation import (
    CreateOptions,
    Creation,
    name_argument,
    new_container,
    new_object,
    words_after_dash,
)
from kubesim.errors import UserError
from kubesim.kinds import built_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Client


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    from_: Annotated[str, Option(help="What to make the job from: cronjob/NAME.")] = "",
    image: Annotated[str, Option(help="The image of the container.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create job:")
    command = words_after_dash(inv)
    if bool(image) == bool(from_):
        raise UserError("either --image or --from must be specified")
    if from_ and command:
        raise UserError("cannot specify --from and command")
    with creation.cluster(asks=bool(from_)) as cluster:
        if from_:
            cron_job = _cron_job(cluster, creation.session.namespace(cluster), from_)
            creation.create_in(cluster, _started_by_hand(name, cron_job))
        else:
            creation.create_in(cluster, _job(name, image, command))


def _job(name: str, image: str, command: list[str]) -> Obj:
    pod = {"containers": [new_container(name, image, command)], "restartPolicy": "Never"}
    return new_object("Job", name, spec={"template": {"spec": pod}})


def _cron_job(cluster: Client, namespace: str, source: str) -> Obj:
    """The cron job that --from names; UserError for anything else."""
    found = [info.live(cluster) for info in Request(args=[source], namespace=namespace).resolve(cluster)]
    if len(found) != 1:
        raise UserError("from must be an existing cronjob")
    kind = found[0]["kind"]
    if kind != "CronJob":
        raise UserError(f"unknown object type *{built_in(kind).version}.{kind}")
    return found[0]


def _started_by_hand(name: str, cron_job: Obj) -> Obj:
    """A job made from a cron job's template."""
    template = {"metadata": {}, **cron_job["spec"]["jobTemplate"]}
    annotations = {CRON_JOB_INSTANTIATE_ANNOTATION: "manual", **annotations_of(template)}
    job = new_object("Job", name, labels=labels_of(template), annotations=annotations, spec=template["spec"])
    owner = controller_reference(cron_job)
    owner.pop("blockOwnerDeletion", None)
    job["metadata"]["ownerReferences"] = [owner]
    return job


COMMAND = Command(
    name="job",
    use="create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    short="Create a job with the specified name",
    long="Create a job that runs an image, or a cron job's template without waiting for its time.",
    examples=(
        ("One image", "create job hello --image=busybox:1.36"),
        ("One command", "create job hello --image=busybox:1.36 -- date"),
        ("A cron job, now", "create job manual --from=cronjob/tick"),
    ),
    run=run,
)
