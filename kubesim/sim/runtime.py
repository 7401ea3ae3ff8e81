"""The made-up container runtime: what images and commands do.

``BEHAVIOURS`` says what a container may do, ``RULES`` which images do it.  A user overrides the
rules by the annotation ``kubesim.dev/behaviour`` of a pod (or ``kubesim.dev/behaviour.<container>`` for one of its
containers), or by patterns of images kept in the state (``set_behaviour``); the annotation wins.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import TYPE_CHECKING

from kubesim.api.meta import Obj, annotations_of
from kubesim.errors import UserError
from kubesim.named_tuple import NamedTuple
from kubesim.sim.images.behaviour import BEHAVIOURS, Behaviour
from kubesim.sim.images.name import parse_image

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Cluster

ANNOTATION = "kubesim.dev/behaviour"

PULL_TIME = 1200  # ms, the first time on a node
PULL_AGAIN_TIME = 300  # ms, to learn that the image is there already
PULL_FAILURE_TIME = 1000  # ms
END_TIME = 200  # ms from being told to end to the end


class Rule(NamedTuple):
    """Images whose repository and tag both match these patterns (of fnmatch) behave so."""

    repository: str
    tag: str
    behaviour: str


# Images whose own program ends at once where nobody types: shells, and the interpreters that are shells of their kind.
SHELLS = ("busybox", "alpine", "ubuntu", "debian", "python", "node", "bash", "perl", "ruby", "golang", "hello-world")

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
    *(Rule(f"*/{name}", "*", "shell") for name in SHELLS),
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
