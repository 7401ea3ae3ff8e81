"""Manifests as kubectl reads them: a stream of JSON objects or of YAML documents.

Mirrors cli-runtime's StreamVisitor, apimachinery's YAMLOrJSONDecoder and sigs.k8s.io/yaml's YAMLToJSON over
go-yaml v2.  PyYAML's parser makes the events (libyaml, of which go-yaml is a port, where it is at hand); what
they mean is decided here, so no tag is ever executed.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.golang.fmt import go_syntax
from kubesim.golang.json_syntax import MAX_DEPTH
from kubesim.golang.numbers import float32_text, int_or_uint
from kubesim.golang.yaml.events import GoYamlError, events_of
from kubesim.golang.yaml.resolver import MERGE, Merge, is_timestamp, resolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import yaml

_INT64_MIN, _INT64_MAX = -(2**63), 2**63 - 1
_BUFFER = 4096
"""How far into a stream kubectl looks for the brace that makes it JSON."""


class YamlError(UserError):
    """Text that cannot be read from ``source``; kubectl prints ``error parsing SOURCE: `` before the message."""

    def __init__(self, message: str, source: str = "") -> None:
        super().__init__(message)
        self.source = source


def load_documents(text: str, source: str) -> Iterator[Any]:
    """The documents of ``text`` one by one, empty ones left out; ``source`` names it in errors.

    What precedes a document that cannot be read is yielded before the YamlError, as kubectl acts on it first.
    """
    try:
        for document in _documents(text.removeprefix("\ufeff")):
            if document is not None:
                yield document
    except YamlError as error:
        raise YamlError(error.message, source) from None


def load_document(text: str) -> Any:
    """One YAML or JSON document as yaml.Unmarshal reads it; None for an empty one. YamlError without a source."""
    return _yaml_document(text)


def _documents(text: str) -> Iterator[Any]:
    start = _skip_space(text, 0)
    failure: YamlError | None = None
    if start < _BUFFER and text[start : start + 1] == "{":
        count = 0
        while start < len(text):
            document, end, failure = _json_document(text, start)
            if failure is not None:
                if count > 1:
                    raise failure
                break
            yield document
            count += 1
            start = _skip_space(text, end)
        text = text[start:]
    for chunk in _chunks(text):
        try:
            document = _yaml_document(chunk)
        except YamlError as error:
            raise (failure or error) from None
        failure = None
        yield document


def _skip_space(text: str, index: int) -> int:
    while index < len(text) and text[index].isspace():
        index += 1
    return index


def _json_document(text: str, start: int) -> tuple[Any, int, YamlError | None]:
    """The JSON value at ``start`` and where it ends, or why there is none."""
    import json

    from kubesim.golang.json import decode_error, whole

    decoder = json.JSONDecoder(parse_int=_json_int, parse_constant=_no_constant)
    try:
        document, end = decoder.raw_decode(text, start)
    except ValueError:
        return None, start, YamlError(decode_error(text, start))
    except RecursionError:
        return None, start, YamlError("exceeded max depth")
    if _too_deep(document):
        return None, start, YamlError("exceeded max depth")
    taken = text[start:end]
    return whole(document) if "\\ud" in taken.lower() or _has_surrogates(taken) else document, end, None


def _has_surrogates(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _json_int(digits: str) -> int | float:
    """An int64, or as a float64 what does not fit: mirrors apimachinery's util/json."""
    number = int(digits) if len(digits) < 25 else float(digits)
    return number if _INT64_MIN <= number <= _INT64_MAX else float(number)


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


def _too_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _chunks(text: str) -> Iterator[str]:
    """The text between lines that start with ``---``. Mirrors YAMLReader: the first separator stays in its chunk."""
    chunk: list[str] = []
    for line in _lines(text):
        if line.startswith("---"):
            rest = line[3:].strip()
            if rest and not rest.startswith("#"):
                raise YamlError(f"invalid Yaml document separator: {rest}")
            if chunk:
                yield "".join(chunk)
                chunk = []
                continue
        chunk.append(line)
    if chunk:
        yield "".join(chunk)


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return [line + "\n" for line in lines]


def _yaml_document(text: str) -> Any:
    """The first document of ``text`` as JSON data. Mirrors sigs.k8s.io/yaml's YAMLToJSON."""
    builder = _Builder()
    try:
        for event in events_of(text):
            if builder.take(event):
                break
    except GoYamlError as error:
        raise YamlError(f"error converting YAML to JSON: {error}") from None
    return builder.document


class _Frame:
    """A map or list being read; ``key`` is the pending key of a map."""

    __slots__ = ("anchor", "key", "merging", "size", "value")

    def __init__(self, value: dict[Any, Any] | list[Any], anchor: str | None) -> None:
        self.value = value
        self.anchor = anchor
        self.key: Any = _NO_KEY
        self.merging = False
        self.size = 1


class _Anchored:
    """A value that aliases may repeat; ``size`` counts the nodes in it, ``done`` is False while it is being read."""

    __slots__ = ("done", "size", "value")

    def __init__(self, value: Any, size: int, done: bool) -> None:
        self.value = value
        self.size = size
        self.done = done

    def copied(self) -> Any:
        """The value once more: what an alias stands for is changed without the anchor's own."""
        from copy import deepcopy

        return deepcopy(self.value) if isinstance(self.value, (dict, list)) else self.value


_NO_KEY = object()


class _Builder:
    """Turns the events of one document into JSON data."""

    def __init__(self) -> None:
        self.document: Any = None
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._decoded = 0
        self._aliased = 0

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
        self._decoded += 1
        value = _scalar_value(event.value, event.tag, event.implicit[0])
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, 1, done=True)
        self._add(value, 1)

    def _open(self, value: dict[Any, Any] | list[Any], event: Any) -> None:
        self._decoded += 1
        if len(self._stack) >= MAX_DEPTH:
            raise GoYamlError(f"yaml: exceeded max depth of {MAX_DEPTH}")
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, 1, done=False)
        self._stack.append(_Frame(value, event.anchor))

    def _close(self) -> None:
        frame = self._stack.pop()
        if frame.anchor is not None:
            self._anchors[frame.anchor] = _Anchored(frame.value, frame.size, done=True)
        self._add(frame.value, frame.size)

    def _alias(self, event: Any) -> None:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise GoYamlError(f"yaml: unknown anchor '{event.anchor}' referenced")
        if not anchored.done:
            raise GoYamlError(f"yaml: anchor '{event.anchor}' value contains itself")
        self._count_alias(anchored.size)
        self._add(anchored.copied(), anchored.size + 1)

    def _count_alias(self, size: int) -> None:
        """Refuse a document that is mostly repetition, before it is unfolded."""
        self._decoded += size + 1
        self._aliased += size
        if self._aliased > 100 and self._decoded > 1000:
            share = self._aliased / self._decoded
            if share > _allowed_alias_share(self._decoded):
                raise GoYamlError("yaml: document contains excessive aliasing")

    def _add(self, value: Any, size: int) -> None:
        if not self._stack:
            self.document = _member(value)
            return
        frame = self._stack[-1]
        frame.size += size
        if isinstance(frame.value, list):
            frame.value.append(_member(value))
        elif frame.merging:
            frame.merging = False
            _merge(value, frame.value)
        elif frame.key is _NO_KEY:
            self._take_key(frame, value)
        else:
            frame.value[_key_text(frame.key, value)] = _member(value)
            frame.key = _NO_KEY

    def _take_key(self, frame: _Frame, value: Any) -> None:
        if value is MERGE:
            frame.merging = True
            return
        if isinstance(value, (dict, list)):
            raise GoYamlError(f"yaml: invalid map key: {go_syntax(value, 'map[interface {}]interface {}')}")
        frame.key = value


def _allowed_alias_share(decoded: int) -> float:
    """99% of up to 400,000 nodes may come from aliases, 10% of 4,000,000 or more. Mirrors allowedAliasRatio."""
    if decoded <= 400_000:
        return 0.99
    if decoded >= 4_000_000:
        return 0.10
    return 0.99 - 0.89 * (decoded - 400_000) / 3_600_000


def _scalar_value(text: str, tag: str | None, plain: bool) -> Any:
    """What a scalar stands for; only YAML's own tags mean anything."""
    if tag is None:
        return resolve(text) if plain else text
    kind = tag.removeprefix("tag:yaml.org,2002:") if tag.startswith("tag:yaml.org,2002:") else ""
    if kind == "binary":
        return _binary(text)
    if kind not in _RESOLVABLE:
        return MERGE if kind == "merge" and text == "<<" else text
    return _tagged(text, kind)


_RESOLVABLE = ("bool", "int", "float", "null", "timestamp")


def _tagged(text: str, kind: str) -> Any:
    value = resolve(text)
    found = "timestamp" if is_timestamp(text) else _KINDS.get(type(value), "str")
    if found == kind:
        return value
    if kind == "float" and isinstance(value, int) and int_or_uint(text.replace("_", "")) is not None:
        return float(value)
    raise GoYamlError(f"yaml: cannot decode !!{found} `{text}` as a !!{kind}")


_KINDS: dict[type, str] = {bool: "bool", int: "int", float: "float", type(None): "null", Merge: "merge"}


def _binary(text: str) -> str:
    from kubesim.golang.base64 import decode

    try:
        return decode("".join(text.split())).decode("utf-8", "replace")
    except ValueError:
        raise GoYamlError("yaml: !!binary value contains invalid base64 data") from None


def _member(value: Any) -> Any:
    """A value as JSON can hold it: 1e3 is the integer 1000, what no int64 holds is a float64."""
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            shown = "NaN" if value != value else f"{'+' if value > 0 else '-'}Inf"
            raise GoYamlError(f"json: unsupported value: {shown}")
        if value.is_integer() and _INT64_MIN <= value <= _INT64_MAX:
            return int(value)
    elif type(value) is int and value > _INT64_MAX:
        return float(value)
    elif value is MERGE:
        return "<<"
    return value


def _key_text(key: Any, value: Any) -> str:
    """A key as a string. Mirrors sigs.k8s.io/yaml's convertToJSONableObject."""
    if isinstance(key, str):
        return key
    if isinstance(key, bool):
        return "true" if key else "false"
    if isinstance(key, int):
        return str(key)
    if isinstance(key, float):
        return {"+Inf": ".inf", "-Inf": "-.inf", "NaN": ".nan"}.get(float32_text(key), float32_text(key))
    shown = go_syntax(value, "map[interface {}]interface {}")
    raise GoYamlError(f"unsupported map key of type: %!s(<nil>), key: <nil>, value: {shown}")


def _merge(value: Any, into: dict[str, Any]) -> None:
    """What ``<<`` adds: a map's entries, or those of a list of maps of which the first wins."""
    sources = value[::-1] if isinstance(value, list) else [value]
    for source in sources:
        if not isinstance(source, dict):
            raise GoYamlError("yaml: map merge requires map or sequence of maps as the value")
        into.update(source)
