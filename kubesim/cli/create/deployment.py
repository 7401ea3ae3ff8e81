"""``kubesim create deployment``. Mirrors kubectl pkg/cmd/create/create_deployment.go."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object, words_after_dash
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

ONE_IMAGE_PER_COMMAND = "cannot specify multiple --image options and command"


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    images = list(inv.flag("image"))
    command = words_after_dash(inv)
    if len(images) > 1 and command:
        raise UserError(ONE_IMAGE_PER_COMMAND)
    create(inv, lambda cluster: _deployment(inv, name, images, command), "deployment")


def _deployment(inv: Invocation, name: str, images: list[str], command: list[str]) -> Obj:
    labels = {"app": name}
    spec: Obj = {
        "replicas": int(inv.flag("replicas")),
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": _containers(inv, images, command)}},
    }
    return new_object("Deployment", name, labels=labels, spec=spec)


def _containers(inv: Invocation, images: list[str], command: list[str]) -> list[Obj]:
    port = int(inv.flag("port"))
    containers: list[Obj] = []
    for image in images:
        container: Obj = {"name": container_name(image), "image": image}
        if command:
            container["command"] = command
        if port > 0 and not containers:
            container["ports"] = [{"containerPort": port}]
        containers.append(container)
    return containers


def container_name(image: str) -> str:
    """A container's name after its image: the last word of the repository, without tag and digest."""
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    return re.sub(r"[^-a-z0-9]", "-", name.lower().replace("_", "-"))


COMMAND = Command(
    name="deployment",
    use="create deployment NAME --image=image -- [COMMAND] [args...]",
    short="Create a deployment with the specified name",
    long="Create a Deployment without a file. Its pods are labelled app=NAME; with several images each is a container.",
    examples=(
        ("Three pods of nginx", "create deployment web --image=nginx:1.25 --replicas=3"),
        ("A command for the container", "create deployment job --image=busybox:1.36 -- sleep 3600"),
        ("A manifest to begin with", "create deployment web --image=nginx:1.25 --dry-run=client -o yaml"),
    ),
    flags=(
        *FLAGS,
        Flag("image", type="strings", required=True, help="The image of a container; several make several containers."),
        Flag("port", type="int32", default=-1, help="The port that the container opens."),
        Flag("replicas", "r", type="int32", default=1, help="How many pods."),
    ),
    run=run,
)
