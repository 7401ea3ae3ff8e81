"""YAML as go-yaml v3 reads it into nodes: what kustomize works on.

Of YAML 1.1's booleans only true and false are left, an empty value is another null than a written one, and a scalar
that is no string keeps its text: ``1.10`` copied into a string is "1.10".
"""

from __future__ import annotations

from kubesim.golang.yaml.events import GoYamlError, events_of
from kubesim.golang.yaml.resolver import MERGE, Merge, is_timestamp, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import yaml


class DuplicateKeyError(GoYamlError):
    """A key that comes twice in a map; ``key`` is the first such one."""

    def __init__(self, key: str) -> None:
        super().__init__(f'mapping key "{key}" already defined')
        self.key = key


class Scalar:
    """A scalar that is no string, of a ``text`` that does not follow from its ``value``; a null is None.

    ``printed`` is what becomes of it in JSON: the emitter quotes an empty value in a flow map, and a date is a time.
    """

    __slots__ = ("printed", "text", "value")

    def __init__(self, value: Any, text: str, printed: Any) -> None:
        self.value = value
        self.text = text
        self.printed = printed

    def __deepcopy__(self, _memo: dict[int, Any]) -> Scalar:
        return self


class Styled(str):
    """A string that is written in quotes or as a block; ``style`` is the character by which it begins."""

    __slots__ = ("style",)

    style: str

    def __new__(cls, text: str, style: str) -> Styled:
        made = super().__new__(cls, text)
        made.style = style
        return made

    def __deepcopy__(self, _memo: dict[int, Any]) -> Styled:
        return self

    @property
    def printed(self) -> str:
        """What is read of it once it was printed: go-yaml puts a line break too many before lines with an indent."""
        if self.style != ">" or self.lstrip("\n")[:1] in ("", " ", "\t"):
            return str(self)
        import re

        return re.sub(r"(?m)^([^ \t\n][^\n]*)(\n+(?=[ \t])|\n\n+\Z)", r"\1\n\2", self)


def read_document(text: str) -> Any:
    """The first document of ``text``: dicts, lists, strings, booleans, integers and Scalars; a Scalar for no document.

    GoYamlError for text that is no YAML, DuplicateKeyError for a key that comes twice.
    """
    builder = _Builder()
    for event in events_of(text, as_v3=True):
        if builder.take(event):
            break
    return builder.document


def resolve_plain(text: str, *, in_flow: bool = False) -> Any:
    """What a plain scalar stands for."""
    value = resolve(text)
    if value is None:
        return Scalar(None, text, "" if in_flow and not text else None)
    if isinstance(value, bool):
        return value if text.lower() in ("true", "false") else text
    if isinstance(value, Merge):
        return text
    if isinstance(value, str):
        return Scalar(text, text, _time(text)) if is_timestamp(text) else text
    return value if str(value) == text else Scalar(value, text, value)


def _time(text: str) -> str:
    """A timestamp as time.Time prints itself in JSON."""
    date, _, clock = text.replace("t", "T").replace(" ", "T").partition("T")
    year, month, day = date.split("-")
    return f"{year}-{month:0>2}-{day:0>2}T{_clock(clock) if clock else '00:00:00Z'}"


def _clock(text: str) -> str:
    import re

    match = re.fullmatch(r"([0-9]+):([0-9]+):([0-9]+)(?:[.,]([0-9]+))?(.*)", text)
    if match is None:
        return text
    hour, minute, second, fraction, zone = match.groups()
    fraction = (fraction or "")[:9].rstrip("0")
    return f"{hour:0>2}:{minute:0>2}:{second:0>2}{'.' if fraction else ''}{fraction}{zone or 'Z'}"


class _Frame:
    """A map or list being read; ``key`` is the pending key of a map, ``merges`` are the values of its ``<<``."""

    __slots__ = ("anchor", "in_flow", "key", "merges", "value")

    def __init__(self, value: dict[str, Any] | list[Any], anchor: str | None, in_flow: bool) -> None:
        self.value = value
        self.anchor = anchor
        self.in_flow = in_flow
        self.key: Any = None
        self.merges: list[Any] = []


_UNFINISHED = object()


class _Builder:
    def __init__(self) -> None:
        self.document: Any = Scalar(None, "", None)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, Any] = {}

    def take(self, event: yaml.Event) -> bool:
        """Use the next event; True once the document is complete."""
        kind = type(event).__name__
        if kind == "ScalarEvent":
            self._scalar(event)
        elif kind == "MappingStartEvent":
            self._open({}, event)
        elif kind == "SequenceStartEvent":
            self._open([], event)
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            self._close()
        elif kind == "AliasEvent":
            self._alias(event)
        return kind in ("DocumentEndEvent", "StreamEndEvent")

    def _scalar(self, event: Any) -> None:
        frame = self._stack[-1] if self._stack else None
        value = _scalar_value(event, in_flow=frame is not None and frame.in_flow)
        if event.anchor is not None:
            self._anchors[event.anchor] = value
        self._add(value, is_merge=event.implicit[0] and event.value == "<<" and resolve(event.value) is MERGE)

    def _open(self, value: dict[str, Any] | list[Any], event: Any) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = _UNFINISHED
        in_flow = bool(event.flow_style) or bool(self._stack and self._stack[-1].in_flow)
        self._stack.append(_Frame(value, event.anchor, in_flow))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.merges and isinstance(frame.value, dict):
            frame.value = _merged(frame.merges[0], frame.value)
        if frame.anchor is not None:
            self._anchors[frame.anchor] = frame.value
        self._add(frame.value)

    def _alias(self, event: Any) -> None:
        from copy import deepcopy

        if event.anchor not in self._anchors:
            raise GoYamlError(f"yaml: unknown anchor '{event.anchor}' referenced")
        value = self._anchors[event.anchor]
        if value is _UNFINISHED:
            raise GoYamlError(f"yaml: anchor '{event.anchor}' value contains itself")
        self._add(deepcopy(value))

    def _add(self, value: Any, *, is_merge: bool = False) -> None:
        if not self._stack:
            self.document = value
            return
        frame = self._stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = MERGE if is_merge else _key(value, frame.value)
        else:
            if frame.key is MERGE:
                frame.merges.append(value)
            else:
                frame.value[frame.key] = value
            frame.key = None


class OddKey(str):
    """A key that is no string, but a number or a boolean: it can be read, but not be printed as JSON."""

    __slots__ = ()


def _key(value: Any, held: dict[str, Any]) -> str:
    if isinstance(value, (dict, list)):
        raise GoYamlError("yaml: invalid map key")
    key = (
        str(value)
        if isinstance(value, str)
        else OddKey(value.text if isinstance(value, Scalar) else str(value).lower())
    )
    if key in held:
        raise DuplicateKeyError(key)
    return key


def _merged(merge: Any, own: dict[str, Any]) -> dict[str, Any]:
    """A map with what ``<<`` adds: of several sources the first wins, and what it has itself before all."""
    result: dict[str, Any] = {}
    for source in reversed(merge) if isinstance(merge, list) else [merge]:
        if not isinstance(source, dict):
            raise GoYamlError("map merge requires map or sequence of maps as the value")
        result.update(source)
    return {**result, **own}


def _scalar_value(event: Any, *, in_flow: bool) -> Any:
    """The value of a scalar event; tags other than YAML's own leave the text."""
    tag = event.tag
    if tag is None and event.implicit[0]:
        return resolve_plain(event.value, in_flow=in_flow)
    if tag is None:
        return Styled(event.value, event.style)
    kind = tag.removeprefix("tag:yaml.org,2002:")
    if kind == "binary":
        import base64

        return base64.b64decode(event.value).decode("utf-8", "replace")
    return resolve_plain(event.value) if kind in ("bool", "int", "float", "null", "timestamp") else event.value
