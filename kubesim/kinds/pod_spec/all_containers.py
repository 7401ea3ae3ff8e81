"""Every container of a pod spec, of whichever sort."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj


def containers_of(spec: Obj, path: str) -> Iterator[tuple[str, Obj]]:
    """Every container with its path. Mirrors VisitContainersWithPath."""
    for name in ("initContainers", "containers", "ephemeralContainers"):
        for index, container in enumerate(spec.get(name) or ()):
            yield f"{path}.{name}[{index}]", container
