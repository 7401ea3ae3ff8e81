"""The made-up container runtime: what the containers of a pod do.

What an image does follows from its name (``kubesim.sim.images.verdict``).  A user overrides that by rules, in the words
of ``kubesim.sim.images.rules``: by the annotation ``kubesim.dev/behaviour`` of a pod (or
``kubesim.dev/behaviour.<container>`` for one of its containers), or by patterns of images kept in the state
(``set_rule``); the annotation wins.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.errors import UserError
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.verdict import verdict_on
from kubesim.sim.images.wildcards import matches
from kubesim.sim.profiles import BARE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.sim.images.behaviour import Behaviour

ANNOTATION = "kubesim.dev/behaviour"

PULL_TIME = 1200  # ms, the first time on a node
PULL_AGAIN_TIME = 300  # ms, to learn that the image is there already
PULL_FAILURE_TIME = 1000  # ms
END_TIME = 200  # ms from SIGTERM to the end


def behaviour_of(cluster: Cluster, pod: Obj, container: Obj) -> Behaviour:
    """What a container of a pod does: by its annotation, else by the user's patterns, else by its image's name."""
    image = container["image"]
    own = verdict_on(image, is_bare=cluster.profile == BARE).behaviour
    if own.subcommands:
        own = dict(own.subcommands).get(_subcommand(container), own)
    rule = _annotated(pod, container) or rule_for(cluster, image)
    does = _changed(own, rule) if rule else own
    if does.can_pull and cluster.noted("faults"):
        does = _if_pulled(cluster, image, does)
    if does.needs == "nginx":
        return _of_nginx(pod, container, does)
    return _without(cluster, pod, container, does) if does.needs else does


def _subcommand(container: Obj) -> str:
    """The first word behind the program that an image is called after; empty if there is none."""
    command, args = container.get("command") or [], container.get("args") or []
    name = parse_image(container["image"])
    own = "" if name is None else name.repository.rpartition("/")[2]
    words = [own, *args] if not command else [command[0].rpartition("/")[2], *command[1:], *args]
    return str(words[1]) if len(words) > 1 and words[0] == own else ""


def _of_nginx(pod: Obj, container: Obj, does: Behaviour) -> Behaviour:
    if not (container.get("securityContext") or pod["spec"].get("securityContext")) or does.is_forced:
        return does
    from kubesim.sim.images.nginx_user import hindered

    return hindered(pod, container, does)


def _if_pulled(cluster: Cluster, image: str, behaviour: Behaviour) -> Behaviour:
    """What an image does, unless a fault keeps it from being pulled."""
    from kubesim.sim.faults import is_pulled
    from kubesim.sim.images.behaviour import UNREACHABLE

    return behaviour if is_pulled(cluster, image) else behaviour._replace(pull=UNREACHABLE)


def _changed(behaviour: Behaviour, rule: str) -> Behaviour:
    from kubesim.sim.images.rules import changed

    return changed(behaviour, rule)


def _annotated(pod: Obj, container: Obj) -> str | None:
    """The rule that a pod's annotations have for a container; one that cannot be read is none."""
    notes = annotations_of(pod)
    rule = notes and (notes.get(f"{ANNOTATION}.{container['name']}") or notes.get(ANNOTATION))
    return rule if rule and _is_rule(rule) else None


def _is_rule(text: str) -> bool:
    from kubesim.sim.images.rules import changes_of

    try:
        changes_of(text)
    except UserError:
        return False
    return True


def _without(cluster: Cluster, pod: Obj, container: Obj, does: Behaviour) -> Behaviour:
    """A container of an image that insists on something: it ends at once if that is not given."""
    from kubesim.sim.environment import environment_of
    from kubesim.sim.images.needs import NEEDS

    need = NEEDS[does.needs]
    mounts = container.get("volumeMounts") or ()
    if need.file and any(mount["mountPath"].startswith(does.configured) for mount in mounts):
        return does
    if need.is_met(environment_of(cluster, pod, container), container.get("args") or ()):
        return does
    return does._replace(life=0, exit_code=need.exit_code, lines=need.lines)


# the user's rules


def rules(cluster: Cluster) -> dict[str, str]:
    """The user's rules by their patterns of images, the latest first."""
    return dict(reversed(cluster.noted("images").items()))


def rule_for(cluster: Cluster, image: str) -> str | None:
    """The user's rule about an image: the latest pattern (``nginx:2.*``) that matches its name, short or whole."""
    pattern = pattern_for(cluster, image)
    return None if pattern is None else str(cluster.noted("images")[pattern])


def pattern_for(cluster: Cluster, image: str) -> str | None:
    """The pattern of that rule."""
    name = None
    for pattern in reversed(cluster.noted("images")):
        name = name or parse_image(image)
        if matches(image, pattern) or (name is not None and matches(name.full, pattern)):
            return str(pattern)
    return None


def set_rule(cluster: Cluster, pattern: str, rule: str) -> None:
    """Let images that match ``pattern`` behave so from their next start; UserError if the rule cannot be read."""
    from kubesim.sim.images.rules import changes_of

    changes_of(rule)
    images = cluster.notes("images")
    images.pop(pattern, None)
    images[pattern] = " ".join(rule.split())


def clear_rule(cluster: Cluster, pattern: str) -> bool:
    """Forget a pattern; whether there was one."""
    return cluster.notes("images").pop(pattern, None) is not None
