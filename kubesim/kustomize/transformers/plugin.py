"""What every transformer is made with."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap
    from kubesim.kustomize.schema import Schema

    Transform = Callable[[ResMap], None]
    Make = Callable[[Obj, "Helpers"], Transform]


class Helpers(NamedTuple):
    """Where a configuration's files are, and how lists merge."""

    loader: Loader
    schema: Schema
