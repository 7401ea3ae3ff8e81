"""``kubesim create job``. Mirrors kubectl pkg/cmd/create/create_job.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, annotations_of, controller_reference, labels_of
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object, words_after_dash
from kubesim.cli.resources import fetch, mapping
from kubesim.cli.session import Session
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    image, source = str(inv.flag("image")), str(inv.flag("from"))
    command = words_after_dash(inv)
    if bool(image) == bool(source):
        raise UserError("either --image or --from must be specified")
    if source and command:
        raise UserError("cannot specify --from and command")
    create(inv, lambda cluster: _copied(inv, cluster, name, source) if source else _job(name, image, command), "job")


def _job(name: str, image: str, command: list[str]) -> Obj:
    container: Obj = {"name": name, "image": image}
    if command:
        container["command"] = command
    spec = {"template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}
    return new_object("Job", name, spec=spec)


def _copied(inv: Invocation, cluster: Cluster, name: str, source: str) -> Obj:
    """A job of a cron job's template, run by hand."""
    word, _, cron_name = source.partition("/")
    names = mapping(word)
    if names.kind != "CronJob":
        raise UserError(f"from must be an existing cronjob: no kind {word}")
    cron = fetch(cluster, names, Session.of(inv).namespace(cluster), cron_name)
    template = cron["spec"]["jobTemplate"]
    job = new_object("Job", name, labels=labels_of({"metadata": template.get("metadata") or {}}), spec=template["spec"])
    told = annotations_of({"metadata": template.get("metadata") or {}})
    job["metadata"]["annotations"] = {**told, "cronjob.kubernetes.io/instantiate": "manual"}
    job["metadata"]["ownerReferences"] = [{**controller_reference(cron), "blockOwnerDeletion": True}]
    return job


COMMAND = Command(
    name="job",
    use="create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]",
    short="Create a job with the specified name",
    long="Create a job of a command, or of a cron job's template.",
    examples=(
        ("One command", "create job hello --image=busybox:1.36 -- date"),
        ("A cron job, now", "create job manual --from=cronjob/tick"),
    ),
    flags=(*FLAGS, Flag("from", help="The cron job: cronjob/NAME."), Flag("image", help="The image.")),
    run=run,
)
