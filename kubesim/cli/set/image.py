"""``kubesim set image``. Mirrors kubectl pkg/cmd/set/set_image.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli import flags, pairs
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.set.pod_specs import change_pod_specs, validate
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

EVERY = "*"
TOO_MANY = "all containers are already specified by *, but saw more than one container_name=container_image pairs"


def run(inv: Invocation) -> None:
    resources, arguments = pairs.split(inv.args, "image")
    images = pairs.parse(arguments, "image", removes=False).new
    change_pod_specs(
        inv,
        resources,
        lambda spec: with_images(spec, images),
        "image updated",
        "failed to patch image update to pod template",
        _wrong(inv, resources, images),
    )


def _wrong(inv: Invocation, resources: list[str], images: dict[str, str]) -> list[str]:
    """What is wrong with the arguments and flags."""
    wrong = validate(inv, resources)
    if not images:
        wrong.append("at least one image update is required")
    elif len(images) > 1 and EVERY in images:
        wrong.append(TOO_MANY)
    return wrong


def with_images(spec: Obj, images: dict[str, str]) -> Obj:
    """The pod spec with the named containers' images; UserError for a container that it does not have."""
    changed = dict(spec)
    names: set[str] = set()
    for field in ("initContainers", "containers"):
        if spec.get(field):
            changed[field] = [_with_image(container, images) for container in spec[field]]
            names.update(container["name"] for container in spec[field])
    missing = [name for name in images if name not in names and (name != EVERY or not names)]
    if missing:
        from kubesim.cli.main import Errors

        raise Errors([UserError(f'unable to find container named "{name}"') for name in missing])
    return changed


def _with_image(container: Obj, images: dict[str, str]) -> Obj:
    image = images.get(container["name"], images.get(EVERY))
    return container if image is None else {**container, "image": image}


COMMAND = Command(
    name="image",
    short="Update the image of a pod template",
    use="set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N",
    long=(
        "Change the images of containers; '*' stands for all of them. A Deployment's new template starts a rollout.\n\n"
        "The file that an object was made from knows nothing of it: applying that file again brings its image back."
    ),
    examples=(
        ("The container nginx gets another image", "set image deployment/myapp-deployment nginx=nginx:1.9.1"),
        ("Two containers at once", "set image deployment/web nginx=nginx:1.21 sidecar=busybox:1.37"),
        (
            "What a file would become, without asking the cluster",
            "set image -f deployment-definition.yml nginx=nginx:1.9.1 --local -o yaml",
        ),
    ),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        Flag("all", type=bool, help="Change every object of the named types."),
        Flag("local", type=bool, help="Change what is in the files and print it, without asking the cluster."),
    ),
    run=run,
)
