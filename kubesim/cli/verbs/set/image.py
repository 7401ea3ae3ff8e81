"""``kubesim set image``. Mirrors kubectl pkg/cmd/set/set_image.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Record, Selector
from kubesim.cli.support import pairs
from kubesim.cli.support.reporter import SERVER
from kubesim.cli.verbs.set.pod_specs import container_names, pod_spec_of, with_containers, with_pod_spec
from kubesim.cli.verbs.set.updates import (
    ALL_AND_SELECTOR,
    LOCAL_SERVER,
    NO_RESOURCES,
    SetOptions,
    Target,
    Update,
    Updating,
    refuse_local_words,
)
from kubesim.errors import UserError, raise_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

EVERY = "*"
TOO_MANY = "all containers are already specified by *, but saw more than one container_name=container_image pairs"


def run(
    inv: Invocation,
    *,
    files: FilenameOptions,
    options: SetOptions,
    selector: Selector = "",
    record: Record = False,
) -> None:
    with Updating(inv, options, files, selector=selector, record=record) as updating:
        resources, arguments = pairs.split(inv.args, "image")
        images = pairs.parse(arguments, "image", removes=False).new
        refuse_local_words(options, resources)
        targets = updating.find(resources)
        wrong = _wrong(
            images,
            is_named=bool(resources) or files.are_given,
            has_all_and_selector=options.all_ and bool(selector),
            is_local_on_server=options.local and updating.dry_run == SERVER,
        )
        raise_all([UserError(message) for message in wrong])

        def change(target: Target) -> Obj:
            return with_pod_spec(target.obj, with_images(pod_spec_of(target.obj), images))

        def complaints(target: Target) -> list[str]:
            missing = _missing(pod_spec_of(target.obj), images)
            return [f'unable to find container named "{name}"' for name in missing]

        failure = "failed to patch image update to pod template:"
        updating.apply(targets, Update(change, "image updated", failure, complaints))


def _wrong(
    images: dict[str, str], *, is_named: bool, has_all_and_selector: bool, is_local_on_server: bool
) -> list[str]:
    """What is wrong with the combination of flags and arguments."""
    wrong = []
    if has_all_and_selector:
        wrong.append(ALL_AND_SELECTOR)
    if not is_named:
        wrong.append(NO_RESOURCES)
    if not images:
        wrong.append("at least one image update is required")
    elif len(images) > 1 and EVERY in images:
        wrong.append(TOO_MANY)
    if is_local_on_server:
        wrong.append(LOCAL_SERVER)
    return wrong


def with_images(spec: Obj, images: dict[str, str]) -> Obj:
    """The pod spec with the named containers' images."""

    def change(container: Obj) -> Obj:
        return {**container, "image": images.get(container["name"], images.get(EVERY))}

    return with_containers(spec, lambda name: name in images or EVERY in images, change)


def _missing(spec: Obj, images: dict[str, str]) -> list[str]:
    """The names that no container has."""
    names = container_names(spec)
    return [name for name in images if name not in names and (name != EVERY or not names)]


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
    run=run,
)
