"""A resource on its way through a build, and the list of those of a kustomization. Mirrors api/resource and api/resmap.

What upstream keeps in annotations of its own (earlier ids, prefixes, how it was generated) lies beside the object.
"""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.ids import Gvk, ResId, group_version
from kubesim.kustomize.nodes import field, is_empty, is_null, plain, text_of
from kubesim.kustomize.schema import is_cluster_scoped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kubesim.kustomize.nodes import Obj


class Resource:
    """An object (its own: it is changed in place), its earlier names, and what was done to it.

    ``obj`` is empty once a patch has deleted it. ``behavior`` is create, replace, merge or
    unspecified of generated ones, empty of others.
    """

    __slots__ = (
        "allows_kind_change", "allows_name_change", "behavior", "needs_hash", "obj", "prefixes", "previous",
        "suffixes", "variables",
    )  # fmt: skip

    def __init__(self, obj: Obj, behavior: str = "", *, needs_hash: bool = False) -> None:
        self.obj = obj
        self.previous: list[tuple[str, str, str]] = []  # namespace, name, kind; the oldest first
        self.prefixes: list[str] = []
        self.suffixes: list[str] = []
        self.variables: list[str] = []
        self.behavior = behavior
        self.needs_hash = needs_hash
        self.allows_name_change = self.allows_kind_change = False

    @property
    def kind(self) -> str:
        return text_of(self.obj.get("kind", ""))

    @property
    def gvk(self) -> Gvk:
        return Gvk(*group_version(text_of(self.obj.get("apiVersion", ""))), self.kind)

    @property
    def name(self) -> str:
        return text_of(field(self.obj, "metadata", "name") or "")

    @property
    def namespace(self) -> str:
        return text_of(field(self.obj, "metadata", "namespace") or "")

    @property
    def id(self) -> ResId:
        """What the resource is called now."""
        gvk = self.gvk
        return ResId(gvk, self.name, self.namespace, is_cluster_scoped(gvk.api_version, gvk.kind))

    @property
    def previous_ids(self) -> list[ResId]:
        """What it was called before, the oldest first."""
        group, version, _ = self.gvk
        return [ResId(Gvk(group, version, kind), name, namespace) for namespace, name, kind in self.previous]

    @property
    def original_id(self) -> ResId:
        return self.previous_ids[0] if self.previous else self.id

    @property
    def ids(self) -> list[ResId]:
        """All that it was ever called."""
        return [*self.previous_ids, self.id]

    def remember_id(self) -> None:
        """Keep the present id among the previous ones. Mirrors StorePreviousId."""
        now = self.id
        self.previous.append((now.effective_namespace, now.name, now.gvk.kind))

    def texts(self, name: str) -> dict[str, str]:
        """Labels or annotations; values that are no strings as they are written."""
        found = field(self.obj, "metadata", name)
        return {key: str(text_of(value)) for key, value in found.items()} if isinstance(found, dict) else {}

    def set_texts(self, name: str, texts: dict[str, str]) -> None:
        """Set labels or annotations; without any the field goes. Mirrors setMapInMetadata."""
        meta = self.metadata
        meta.pop(name, None)
        if texts:
            meta[name] = dict(texts)

    @property
    def metadata(self) -> Obj:
        """The metadata, made if there is none."""
        if is_null(self.obj.get("metadata")):
            self.obj["metadata"] = {}
        found: Obj = self.obj["metadata"]
        return found

    def set_name(self, name: str) -> None:
        self.metadata["name"] = name

    def set_namespace(self, namespace: str) -> None:
        if namespace:
            self.metadata["namespace"] = namespace
        elif isinstance(self.obj.get("metadata"), dict):
            self.obj["metadata"].pop("namespace", None)

    def take_metadata_from(self, other: Resource) -> None:
        """Labels and annotations besides one's own, name and namespace. Mirrors CopyMergeMetaDataFieldsFrom."""
        for name in ("labels", "annotations"):
            self.set_texts(name, {**other.texts(name), **self.texts(name)})
        self.set_name(other.name)
        self.set_namespace(other.namespace)
        self.previous, self.variables = list(other.previous), list(other.variables)
        self.prefixes, self.suffixes = list(other.prefixes), list(other.suffixes)

    def copy(self) -> Resource:
        from copy import deepcopy

        return deepcopy(self)

    def has_affixes_of(self, other: Resource, *, or_none: bool) -> bool:
        """Whether both got the same prefixes and suffixes, from some layer on. Mirrors PrefixesSuffixesEquals."""
        pairs = ((self.prefixes, other.prefixes), (self.suffixes, other.suffixes))
        return all((or_none and not (a and b)) or _ends_alike(a, b) for a, b in pairs)

    def shown(self) -> Obj:
        """The object as errors show it, with the annotations that upstream keeps notes in."""
        annotations = {**self.texts("annotations"), **self._notes()}
        obj: Obj = plain(self.obj)
        if annotations:
            obj["metadata"] = {**obj.get("metadata", {}), "annotations": annotations}
        return obj

    def _notes(self) -> dict[str, str]:
        namespaces, names, kinds = zip(*self.previous) if self.previous else ((), (), ())  # noqa: B905
        notes = {
            "previousNamespaces": ",".join(namespaces),
            "previousNames": ",".join(names),
            "previousKinds": ",".join(kinds),
            "prefixes": ",".join(self.prefixes),
            "suffixes": ",".join(self.suffixes),
            "generatorBehavior": self.behavior,
            "needsHashSuffix": "enabled" if self.needs_hash else "",
        }
        return {f"internal.config.kubernetes.io/{name}": text for name, text in notes.items() if text}

    def as_json(self) -> str:
        from kubesim.golang.json import dumps

        return dumps(self.shown())


def _ends_alike(left: list[str], right: list[str]) -> bool:
    shorter, longer = sorted((left, right), key=len)
    return longer[len(longer) - len(shorter) :] == shorter if shorter else not longer


class ResMap:
    """Resources in the order in which they came; no two have the same id now."""

    def __init__(self, resources: Iterable[Resource] = ()) -> None:
        self.resources: list[Resource] = []
        self.append_all(resources)

    def append_all(self, resources: Iterable[Resource]) -> None:
        """Append them; BuildError for an id that is there already."""
        keys = {resource.id.key for resource in self.resources}
        for resource in resources:
            now = resource.id
            if now.key in keys:
                raise BuildError(f"may not add resource with an already registered id: {now}")
            keys.add(now.key)
            self.resources.append(resource)

    def matching(self, matches: Callable[[ResId], bool]) -> list[Resource]:
        """Those that were ever called so. Mirrors GetMatchingResourcesByAnyId."""
        return [resource for resource in self.resources if resource.obj and any(map(matches, resource.ids))]

    def get(self, wanted: ResId) -> Resource:
        """The one that was ever called so. Mirrors GetById."""
        found = self.matching(wanted.equals)
        if len(found) == 1:
            return found[0]
        count = "multiple" if found else "no"
        raise BuildError(f"{count} matches for Id {wanted}; failed to find unique target for patch {wanted}")

    def drop_empty(self) -> None:
        self.resources = [resource for resource in self.resources if not is_empty(resource.obj)]

    def absorb(self, generated: Resource) -> None:
        """Add a generated resource, in the place of the one that it replaces or merges with."""
        wanted = generated.id
        found = self.matching(wanted.equals)
        if len(found) > 1:
            listed = " ".join(resource.as_json() for resource in found)
            raise BuildError(f"found multiple objects [{listed}] that could accept merge of {wanted}")
        if not found:
            if generated.behavior in ("merge", "replace"):
                raise BuildError(f"id {_go_id(wanted)} does not exist; cannot merge or replace")
            self.append_all([generated])
            return
        old = found[0]
        if generated.behavior not in ("merge", "replace"):
            raise BuildError(
                f"id {_go_id(wanted)} exists; can not use behavior: '{generated.behavior}', behavior must be merge or "
                "replace"
            )
        _take_over(generated, old)
        self.resources[self.resources.index(old)] = generated


def _take_over(generated: Resource, old: Resource) -> None:
    """Let a generated resource have what the one before it had, its data too if it merges."""
    needs_hash = generated.needs_hash and old.needs_hash
    origin = old.texts("annotations").get("config.kubernetes.io/origin")
    generated.take_metadata_from(old)
    generated.needs_hash = needs_hash
    generated_as_merge = generated.behavior == "merge"
    generated.behavior = old.behavior
    if not generated_as_merge:
        return
    for name in ("data", "binaryData"):
        merged = {**(field(old.obj, name) or {}), **(field(generated.obj, name) or {})}
        generated.obj.pop(name, None)
        if merged:
            generated.obj[name] = {key: str(text_of(value)) for key, value in merged.items()}
    if origin is not None:
        generated.set_texts("annotations", {**generated.texts("annotations"), "config.kubernetes.io/origin": origin})


def _go_id(wanted: ResId) -> str:
    """A ResId as Go's %#v prints it."""
    from kubesim.golang.quoting import quote

    group, version, kind = map(quote, wanted.gvk)
    scoped = str(wanted.is_cluster_scoped).lower()
    gvk = f"resid.Gvk{{Group:{group}, Version:{version}, Kind:{kind}, isClusterScoped:{scoped}}}"
    return f"resid.ResId{{Gvk:{gvk}, Name:{quote(wanted.name)}, Namespace:{quote(wanted.namespace)}}}"
