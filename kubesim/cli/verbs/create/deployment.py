"""``kubesim create deployment``. Mirrors kubectl pkg/cmd/create/create_deployment.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Int32, Option, StringSlice
from kubesim.cli.verbs.create.creation import (
    CreateOptions,
    Creation,
    name_argument,
    new_container,
    new_object,
    words_after_dash,
)
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client

ONE_IMAGE_PER_COMMAND = "cannot specify multiple --image options and command"


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    image: Annotated[
        StringSlice, Option(required=True, help="The image of a container; several make several containers.")
    ],
    port: Annotated[Int32, Option(help="The port that the first container opens.")] = -1,
    replicas: Annotated[Int32, Option("r", help="How many pods.")] = 1,
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create deployment:")
    command = words_after_dash(inv)
    if len(image) > 1 and command:
        raise UserError(ONE_IMAGE_PER_COMMAND)
    with creation.cluster(asks=False) as cluster:
        containers = _containers(image, command, port, cluster)
        creation.create_in(cluster, _deployment(name, replicas, containers))


def _deployment(name: str, replicas: int, containers: list[Obj]) -> Obj:
    labels = {"app": name}
    spec: Obj = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": containers}},
    }
    return new_object("Deployment", name, labels=labels, spec=spec)


def _containers(images: list[str], command: list[str], port: int, cluster: Client) -> list[Obj]:
    """A container for each image; the port is the first one's."""
    containers = [new_container(container_name(image, cluster), image, command) for image in images]
    if port >= 0 and containers:
        containers[0]["ports"] = [{"containerPort": port}]
    return containers


def container_name(image: str, cluster: Client) -> str:
    """A container's name after its image: the last word of the repository, without tag and digest.

    A name that has to be changed to be one gets random letters. Mirrors sanitizeAndUniquify.
    """
    name = image.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if "_" not in name and "." not in name:
        return name
    return f"{name.replace('_', '-').replace('.', '-')}-{cluster.random_suffix()}"


COMMAND = Command(
    name="deployment",
    use="create deployment NAME --image=image -- [COMMAND] [args...]",
    short="Create a deployment with the specified name",
    long=(
        "Create a Deployment without a file. Its pods are labelled app=NAME; each image becomes a container that is "
        "named after it."
    ),
    examples=(
        ("Three pods of nginx", "create deployment web --image=nginx:1.25 --replicas=3"),
        ("A command for the container", "create deployment job --image=busybox:1.36 -- sleep 3600"),
        ("A port that the container opens", "create deployment web --image=nginx:1.25 --port=80"),
        ("Two containers", "create deployment web --image=nginx:1.25 --image=busybox:1.36"),
        ("A manifest to begin with", "create deployment web --image=nginx:1.25 --dry-run=client -o yaml"),
    ),
    run=run,
)
