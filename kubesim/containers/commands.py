"""The command that a container gives, or hands to its image."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.place import Place

_SHELL = r"(?:/(?:usr/)?bin/)?(?:ba|a|da|k|z)?sh"

# Images of one tool that pods use as it is.
_ENTRYPOINTS = {
    "wait-for-it": "wait-for-it.sh",
    "wait4x": "wait4x",
    "dockerize": "dockerize",
    "k8s-wait-for": "wait_for.sh",
    "kubectl": "kubectl",
    "curl": "curl",
    "stress": "stress",
    "stress-ng": "stress-ng",
}
# Images of many tools, with those whose course is known.
_OF_AGNHOST = """
crd-conversion-webhook dns-server-list dns-suffix entrypoint-tester etc-hosts grpc-health-checking logs-generator
mounttest netexec nonewprivs pause porter serve-hostname test-webserver webhook
"""
_SUBCOMMANDS = dict.fromkeys(("agnhost", "kitten", "nautilus"), ("/agnhost", frozenset(_OF_AGNHOST.split())))
# What images run whose course is known.
_OWN = {
    "agnhost": ["/agnhost", "pause"],
    "kitten": ["/agnhost", "test-webserver"],
    "nautilus": ["/agnhost", "test-webserver"],
    "nonewprivs": ["nnp"],
}


def command_of(place: Place) -> list[str]:
    """The words of the program that the container gives, its references not resolved.

    Empty if it is its image's own, unless that is one whose course is known.  Arguments alone go to the image's
    entrypoint, unless that executes them.
    """
    container = place.container
    args = list(container.get("args") or ())
    if container.get("command"):
        return [*container["command"], *args]
    name = container["image"].rpartition("/")[2].partition(":")[0].partition("@")[0]
    if not args:
        return list(_OWN.get(name, ()))
    if _is_command(args):
        return args
    first = str(args[0])
    program, known = _SUBCOMMANDS.get(name, ("", frozenset()))
    if first in known:
        return [program, *args]
    entrypoint = _ENTRYPOINTS.get(name)
    if entrypoint is not None:
        return args if first == entrypoint and place.behaviour.executes_args else [entrypoint, *args]
    if place.behaviour.executes_args:
        return [] if first.startswith("-") and place.behaviour.takes_flags else args
    return []


def _is_command(args: list[str]) -> bool:
    """Whether arguments are evidently a command, whatever the image's entrypoint."""
    import re

    first = str(args[0])
    if re.fullmatch(_SHELL, first):
        return any(re.fullmatch(r"-\w*c", str(word)) for word in args[1:4])
    return first in ("sleep", "/bin/sleep") and len(args) > 1
