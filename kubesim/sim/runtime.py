"""The made-up container runtime: what images and commands do.

All of it is data: ``BEHAVIOURS`` says what a container may do, ``RULES`` which images do it.  A user overrides the
rules by the annotation ``kubesim.dev/behaviour`` of a pod (or ``kubesim.dev/behaviour.<container>`` for one of its
containers), or by patterns of images kept in the state (``set_behaviour``); the annotation wins.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from kubesim.api.identity import hex_digest
from kubesim.api.meta import Obj, annotations_of
from kubesim.errors import UserError
from kubesim.kinds.pod_spec.image_name import tag_of
from kubesim.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster

ANNOTATION = "kubesim.dev/behaviour"

PULL_TIME = 1200  # ms, the first time on a node
PULL_AGAIN_TIME = 300  # ms, to learn that the image is there already
PULL_FAILURE_TIME = 1000  # ms
END_TIME = 200  # ms from being told to end to the end


class ImageName(NamedTuple):
    """``docker.io/library/nginx`` and ``1.25``; the digest is empty but in names that have one."""

    repository: str
    tag: str
    digest: str

    @property
    def full(self) -> str:
        """The name as the runtime reports it."""
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")


@lru_cache(maxsize=256)
def parse_image(image: str) -> ImageName | None:
    """The parts of an image's name, with the registry and tag that it leaves out; None if it is no name.

    Mirrors distribution/reference's ParseNormalizedNamed.
    """
    tag = tag_of(image)
    name, _, digest = image.partition("@")
    if not tag and not digest:
        return None
    if tag and name.endswith(f":{tag}"):
        name = name[: -len(tag) - 1]
    host, slash, _ = name.partition("/")
    if not slash:
        name = f"docker.io/library/{name}"
    elif "." not in host and ":" not in host and host != "localhost":
        name = f"docker.io/{name}"
    return ImageName(name, tag, digest)


@lru_cache(maxsize=256)
def image_id(name: ImageName) -> str:
    """The repository digest that the runtime reports for an image."""
    return f"{name.repository}@{name.digest or 'sha256:' + hex_digest(0, name.full)}"


@lru_cache(maxsize=256)
def image_size(name: ImageName) -> int:
    """A plausible size in bytes, the same whenever asked."""
    return 20_000_000 + int(hex_digest(0, name.repository, 6), 16) * 4


class Behaviour(NamedTuple):
    """What a container of an image does.

    ``ports`` answer connections, and HTTP where ``paths`` is empty or holds the path.  ``life`` is the ms it runs
    for, None for ever, if its command does not say; then it ends with ``exit_code``.
    """

    can_pull: bool = True
    turns_ready: bool = True
    ports: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()
    life: int | None = None
    exit_code: int = 0


BEHAVIOURS = {
    "runs": Behaviour(),
    "nginx": Behaviour(ports=(80,), paths=("/", "/index.html")),
    "httpd": Behaviour(ports=(80,)),
    "shell": Behaviour(life=0),
    "crash": Behaviour(life=0, exit_code=1),
    "notready": Behaviour(turns_ready=False),
    "missing": Behaviour(can_pull=False),
}


class Rule(NamedTuple):
    """Images whose repository and tag both match these patterns (of fnmatch) behave so."""

    repository: str
    tag: str
    behaviour: str


# The first that matches counts.
RULES = (
    Rule("*", "*does-not-exist*", "missing"),
    Rule("*", "1.161", "missing"),
    Rule("*", "1.91", "missing"),
    Rule("*", "broken", "missing"),
    Rule("*nosuch*", "*", "missing"),
    Rule("*", "*crash*", "crash"),
    Rule("*", "*notready*", "notready"),
    Rule("*/nginx", "*", "nginx"),
    Rule("*/httpd", "*", "httpd"),
    Rule("*/busybox", "*", "shell"),
    Rule("*/alpine", "*", "shell"),
    Rule("*", "*", "runs"),
)


def behaviour_of(cluster: Cluster, pod: Obj, container: Obj) -> Behaviour:
    """What a container of a pod does: by its annotation, else by the user's patterns, else by the rules."""
    notes = annotations_of(pod)
    if notes:
        named = notes.get(f"{ANNOTATION}.{container['name']}") or notes.get(ANNOTATION)
        if named in BEHAVIOURS:
            return BEHAVIOURS[named]
    return BEHAVIOURS[behaviour_name(cluster, container["image"])]


def behaviour_name(cluster: Cluster, image: str) -> str:
    """The name of an image's behaviour, by the user's patterns and the rules."""
    for pattern, behaviour in overrides(cluster).items():
        name = parse_image(image)
        if fnmatchcase(image, pattern) or (name is not None and fnmatchcase(name.full, pattern)):
            return behaviour
    return _by_rules(image)


@lru_cache(maxsize=256)
def _by_rules(image: str) -> str:
    name = parse_image(image)
    if name is None:
        return "missing"
    matching = (r for r in RULES if fnmatchcase(name.repository, r.repository) and fnmatchcase(name.tag, r.tag))
    return next(matching).behaviour


def runs_as_root(image: str) -> bool:
    """Whether an image's user is root, as that of nearly every image is: those of others say so in their names."""
    return not any(word in image for word in ("unprivileged", "nonroot"))


def overrides(cluster: Cluster) -> dict[str, str]:
    """The user's patterns of images, the latest first, each with the name of a behaviour."""
    return dict(reversed(cluster.noted("images").items()))


def set_behaviour(cluster: Cluster, pattern: str, behaviour: str) -> None:
    """Let images that match ``pattern`` (``nginx:2.*``) behave so from their next start; UserError if unknown."""
    if behaviour not in BEHAVIOURS:
        known = ", ".join(sorted(BEHAVIOURS))
        raise UserError(f"unknown behaviour {behaviour!r}: it is one of {known}")
    images = cluster.notes("images")
    images.pop(pattern, None)
    images[pattern] = behaviour


def clear_behaviour(cluster: Cluster, pattern: str) -> bool:
    """Forget a pattern; whether there was one."""
    return cluster.notes("images").pop(pattern, None) is not None


def listed(cluster: Cluster) -> Sequence[Rule]:
    """Every rule in the order in which they count, the user's own first (their pattern is of the whole name)."""
    return [*(Rule(pattern, "", behaviour) for pattern, behaviour in overrides(cluster).items()), *RULES]
