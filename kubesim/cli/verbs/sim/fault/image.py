"""``kubesim sim fault image``: an image can be pulled no more."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cli.verbs.sim.fault.befalling import For, befall, one_argument
from kubesim.cluster.faults import IMAGE


def run(inv: Invocation, *, for_: For = 0) -> None:
    pattern = one_argument(inv, "IMAGE")
    with Session.of(inv).writing() as life:
        befall(inv, life, IMAGE, pattern, for_, pattern=pattern)


COMMAND = Command(
    name="image",
    use="sim fault image IMAGE [--for TIME]",
    short="Let an image be pulled no more",
    long=(
        "The registry cannot be reached for images that match IMAGE, which may be a pattern such as 'nginx:*', or "
        "'*' for all. A node that has the image already goes on to use it, unless the pod's imagePullPolicy is Always; "
        "elsewhere pods are in ImagePullBackOff until it is over, and until their back-off is.\n\n"
        "For a tag that does not exist, see sim images."
    ),
    examples=(("One image", "sim fault image nginx:1.27"), ("Docker Hub is down", "sim fault image 'docker.io/*'")),
    run=run,
)
