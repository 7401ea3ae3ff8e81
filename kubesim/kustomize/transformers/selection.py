"""Selectors of resources, with regular expressions. Mirrors api/types/selector.go and ResMap.Select."""

from __future__ import annotations

import re

from kubesim.kustomize.errors import BuildError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.ids import Gvk, ResId
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap, Resource


class Selection:
    """What a selector's fields ask for."""

    def __init__(self, selector: Obj) -> None:
        names = ("group", "version", "kind", "name", "namespace")
        self._patterns = {
            name: compiled(selector[name], f"^(?:{selector[name]})\\Z") for name in names if selector.get(name)
        }
        self._selectors = [
            (field, selector.get(f"{name}Selector", ""))
            for field, name in (("labels", "label"), ("annotations", "annotation"))
        ]

    @property
    def has_id(self) -> bool:
        """Whether it asks for more than labels and annotations."""
        return bool(self._patterns)

    @property
    def has_texts(self) -> bool:
        """Whether it asks for labels or annotations."""
        return any(text for _, text in self._selectors)

    def matches_text(self, name: str, text: str) -> bool:
        return name not in self._patterns or self._patterns[name].search(text) is not None

    def matches_gvk(self, gvk: Gvk) -> bool:
        return all(self.matches_text(*pair) for pair in zip(("group", "version", "kind"), gvk))  # noqa: B905

    def matches_id(self, wanted: ResId) -> bool:
        return (
            self.matches_gvk(wanted.gvk)
            and self.matches_text("name", wanted.name)
            and self.matches_text("namespace", wanted.namespace)
        )

    def matches_texts(self, resource: Resource) -> bool:
        """Whether labels and annotations are those asked for."""
        from kubesim.api.selector_parser import parse_selector
        from kubesim.api.selectors import SelectorError

        try:
            return all(parse_selector(text).matches(resource.texts(name)) for name, text in self._selectors if text)
        except SelectorError as error:
            raise BuildError(error.message) from None


def compiled(pattern: str, anchored: str) -> re.Pattern[str]:
    """A pattern as it is matched; BuildError for one that is no regular expression."""
    try:
        return re.compile(anchored)
    except re.error as error:
        raise BuildError(f"error parsing regexp: {error.msg}: `{pattern}`") from None


def selected(resources: ResMap, selector: Obj) -> list[Resource]:
    """The resources that are or were called as the selector asks."""
    selection = Selection(selector)
    return [resource for resource in resources.resources if _is_selected(resource, selection)]


def _is_selected(resource: Resource, selection: Selection) -> bool:
    ids = (resource.original_id, resource.id)
    return (
        any(selection.matches_text("namespace", id_.effective_namespace) for id_ in ids)
        and any(selection.matches_text("name", id_.name) for id_ in ids)
        and selection.matches_gvk(ids[1].gvk)
        and selection.matches_texts(resource)
    )
