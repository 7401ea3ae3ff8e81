"""The parts of a pod spec: every container, of whichever sort, and what its volumes are made of."""

from __future__ import annotations

from kubesim.api.meta import dig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj


def containers_of(spec: Obj, path: str) -> Iterator[tuple[str, Obj]]:
    """Every container with its path. Mirrors VisitContainersWithPath."""
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(name) or ()):
            yield f"{path}.{name}[{index}]", container


def sources_of(volume: Obj) -> list[Obj]:
    """The parts that a volume is made of: itself, unless it is a projected one."""
    return list(dig(volume, "projected", "sources", default=())) or [volume]
