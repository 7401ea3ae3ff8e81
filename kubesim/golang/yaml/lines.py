"""On which lines of a YAML text the fields of its documents stand."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

#: The steps of a path: a name, or what stands in brackets, which may have dots in it.
_STEP = r"\[([^\]]*)\]|([^.\[\]]+)"
_NULL = "tag:yaml.org,2002:null"


class Lines:
    """The lines of a text's documents, counted from 1; the text is parsed when the first of them is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._documents: list[yaml.Node] | None = None

    def line_of(self, document: int, path: str) -> int:
        """The line of a field of a document, or of the nearest field around it that is there.

        Documents count from 0, empty ones left out.  A path is ``spec.containers[0].image``; an element of a list may
        be named by its index or by the value of one of its own fields, its name first.  1 in a text of which the
        documents are not known.
        """
        documents = self._nodes()
        if document >= len(documents):
            return 1
        node, line = documents[document], documents[document].start_mark.line
        for step in steps_of(path):
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return int(line) + 1

    def _nodes(self) -> list[yaml.Node]:
        if self._documents is None:
            import yaml

            try:
                nodes = list(yaml.compose_all(self._text, Loader=getattr(yaml, "CLoader", yaml.Loader)))
            except yaml.YAMLError:
                nodes = []
            self._documents = [node for node in nodes if node is not None and node.tag != _NULL]
        return self._documents


def steps_of(path: str) -> list[str]:
    """The names and brackets of a path: ``spec``, ``containers``, ``0``, ``image``."""
    return [found[1] if found[1] is not None else found[2] for found in re.finditer(_STEP, path)]


def _step(node: yaml.Node, step: str) -> tuple[int, yaml.Node] | None:
    """The line and the value of a field of a map, or of an element of a list."""
    from yaml import MappingNode, SequenceNode

    if isinstance(node, MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == step), None)
    if not isinstance(node, SequenceNode):
        return None
    items: list[yaml.Node] = node.value
    if step.isascii() and step.isdigit() and int(step) < len(items):
        return items[int(step)].start_mark.line, items[int(step)]
    named = next((item for item in items if step in _names(item)), None) or next(
        (item for item in items if step in _scalars(item)), None
    )
    return None if named is None else (named.start_mark.line, named)


def _names(item: yaml.Node) -> Iterator[str]:
    return (value for name, value in _fields(item) if name == "name")


def _scalars(item: yaml.Node) -> Iterator[str]:
    return (value for _, value in _fields(item))


def _fields(item: yaml.Node) -> Iterator[tuple[str, str]]:
    """The plain fields of a map."""
    from yaml import MappingNode, ScalarNode

    if isinstance(item, MappingNode):
        for key, value in item.value:
            if isinstance(value, ScalarNode):
                yield key.value, value.value
