"""What names a resource. Mirrors kyaml/resid."""

from __future__ import annotations

from kubesim.api.meta import api_version_of
from kubesim.startup.named_tuple import NamedTuple

NO_NAMESPACE = "_non_namespaceable_"


class Gvk(NamedTuple):
    """Group, version and kind; empty parts of a selector match all."""

    group: str = ""
    version: str = ""
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.kind or '[noKind]'}.{self.version or '[noVer]'}.{self.group or '[noGrp]'}"

    def is_selected(self, selector: Gvk) -> bool:
        return (
            (not selector.group or selector.group == self.group)
            and (not selector.version or selector.version == self.version)
            and (not selector.kind or selector.kind == self.kind)
        )

    @property
    def api_version(self) -> str:
        return api_version_of(self.group, self.version)


def group_version(api_version: str) -> tuple[str, str]:
    group, slash, version = api_version.partition("/")
    return (group, version) if slash else ("", group)


class ResId(NamedTuple):
    """A resource's id; ``is_cluster_scoped`` where the kind is known to be."""

    gvk: Gvk
    name: str
    namespace: str = ""
    is_cluster_scoped: bool = False

    def __str__(self) -> str:
        return f"{self.gvk}/{self.name or '[noName]'}.{self.namespace or '[noNs]'}"

    @property
    def effective_namespace(self) -> str:
        if self.is_cluster_scoped:
            return NO_NAMESPACE
        return self.namespace or "default"

    def equals(self, other: ResId) -> bool:
        return self.key == other.key

    @property
    def key(self) -> tuple[Gvk, str, str]:
        """What two ids of one resource have in common."""
        return self.gvk, self.name, self.effective_namespace

    def is_selected_by(self, selector: ResId) -> bool:
        return (
            (not selector.name or selector.name == self.name)
            and (not selector.namespace or selector.effective_namespace == self.effective_namespace)
            and self.gvk.is_selected(selector.gvk)
        )
