"""What the checks of PodSecurity have in common: the containers of a pod, and how they are called."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from kubesim.api.meta import Obj


class Finding(NamedTuple):
    """Why a level does not allow a pod, and where. Mirrors CheckResult."""

    reason: str
    detail: str


def containers_of(spec: Obj) -> list[Obj]:
    """All containers of a pod. Mirrors visitContainers."""
    fields = ("initContainers", "containers", "ephemeralContainers")
    return [container for field in fields for container in spec.get(field) or ()]


def security(of: Obj) -> Obj:
    """The security context of a pod's spec or a container."""
    return of.get("securityContext") or {}


def names_of(spec: Obj, is_bad: Callable[[Obj], object]) -> list[str]:
    """The names of the containers of which that is so."""
    return [container["name"] for container in containers_of(spec) if is_bad(container)]


def quoted(items: Iterable[str]) -> str:
    """Mirrors joinQuote."""
    return ", ".join(f'"{item}"' for item in items)


def plural(word: str, items: Collection[object]) -> str:
    """The word, with an s unless there is one item. Mirrors pluralize."""
    return word if len(items) == 1 else f"{word}s"


def called(word: str, names: Collection[str]) -> str:
    """``containers "a", "b"``."""
    return f"{plural(word, names)} {quoted(names)}"


def uses(names: Collection[str]) -> str:
    """The verb after ``names``."""
    return "uses" if len(names) == 1 else "use"


def setters(is_pod: object, names: Collection[str]) -> list[str]:
    """What sets something: the pod, containers, or both."""
    return [*(["pod"] if is_pod else ()), *([called("container", names)] if names else ())]


def is_in_user_namespace(spec: Obj) -> bool:
    """Whether the pod's users are none of its node's. Mirrors relaxPolicyForUserNamespacePod."""
    return spec.get("hostUsers") is False


def but_on_windows(
    check: Callable[[Mapping[str, str], Obj], Finding | None],
) -> Callable[[Mapping[str, str], Obj], Finding | None]:
    """The check, which pods for Windows pass: they cannot set what it asks for."""
    return lambda annotations, spec: (
        None if (spec.get("os") or {}).get("name") == "windows" else check(annotations, spec)
    )


def outside_of_user_namespaces(
    check: Callable[[Mapping[str, str], Obj], Finding | None],
) -> Callable[[Mapping[str, str], Obj], Finding | None]:
    """The check, which pods with users of their own pass."""
    return lambda annotations, spec: None if is_in_user_namespace(spec) else check(annotations, spec)
