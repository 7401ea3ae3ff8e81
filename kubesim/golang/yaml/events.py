"""The events of a YAML text as go-yaml v2's parser makes them, on PyYAML's.

PyYAML's C parser is libyaml, of which go-yaml is a port.  Where the two went apart since, the text is rewritten before
libyaml reads it: ``\\'`` is an escape to go-yaml alone, ``\\/`` to libyaml alone, and %YAML 1.2 is refused by go-yaml.
"""

from __future__ import annotations

from itertools import islice

from kubesim.golang.yaml import small_texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    import yaml


class GoYamlError(Exception):
    """A message of go-yaml's or of the JSON encoder after it."""


def events_of(text: str, *, as_v3: bool = False) -> Iterator[yaml.Event]:
    """The events of ``text`` one by one; GoYamlError where go-yaml would find no next one.

    ``as_v3``: errors name the line that go-yaml v3 names, where what is wrong begins.
    """
    events = small_texts.events_of(text)
    return _all_events(text, as_v3=as_v3) if events is None else iter(events)


def _all_events(text: str, *, as_v3: bool) -> Iterator[yaml.Event]:
    import re

    import yaml

    _check_octets(text)
    if "%YAML" in text:
        text = re.sub(_OTHER_VERSION, r"\g<1>2", text)
    text, stand_ins = _with_stand_ins(text)
    count = 0
    while True:
        try:
            for event in islice(_parsed(text), count, None):
                count += 1
                yield _restored(event, stand_ins) if stand_ins else event
            return
        except yaml.MarkedYAMLError as error:
            repaired = _with_quotes_unescaped(text, error)
            if repaired == text:
                raise GoYamlError(
                    f"yaml: {_where(error, yaml.scanner.ScannerError, as_v3=as_v3)}{_problem(error)}"
                ) from None
            text = repaired
        except yaml.reader.ReaderError:
            raise GoYamlError("yaml: control characters are not allowed") from None


def _parsed(text: str) -> Iterator[yaml.Event]:
    import yaml

    return iter(yaml.parse(text, Loader=getattr(yaml, "CLoader", yaml.Loader)))


# A %YAML directive of another version than 1.1 before the document; group 1 ends before the 1.
_OTHER_VERSION = r"\A((?:[ \t]*(?:#.*)?\n|%.*\n)*?%YAML[ \t]+)1(?=\.(?!0*1(?![0-9]))[0-9])"


# What libyaml reads as go-yaml does not, each after the character that makes it so: an escaped slash, and a byte order
# mark within a text that begins a line, which libyaml passes over.
_MISREAD = (("\\", "/"), ("\n", "\ufeff"))


def _with_stand_ins(text: str) -> tuple[str, dict[str, str]]:
    """The text with a character of no meaning for each that libyaml would misread, and what stands for what."""
    stand_ins: dict[str, str] = {}
    unused = (mark for mark in map(chr, range(0xE000, 0xF900)) if mark not in text)
    for before, misread in _MISREAD:
        if before + misread in text:
            stand_in = next(unused)
            stand_ins[stand_in] = misread
            text = text.replace(before + misread, before + stand_in)
    return text, stand_ins


def _restored(event: Any, stand_ins: dict[str, str]) -> yaml.Event:
    """The event of a text with stand-ins as one of the text itself."""
    if isinstance(getattr(event, "value", None), str):
        for stand_in, misread in stand_ins.items():
            event.value = event.value.replace(stand_in, misread)
    restored: yaml.Event = event
    return restored


def _with_quotes_unescaped(text: str, error: yaml.MarkedYAMLError) -> str:
    r"""The text with ``\x27`` for each ``\'`` in the double-quoted scalar that the error is about."""
    import re

    if error.problem_mark is None or not (error.problem or "").startswith("found unknown escape character"):
        return text
    # libyaml stands on the backslash, PyYAML's own scanner behind it
    at = text.rfind("\\", 0, error.problem_mark.index + 1)
    if text[at : at + 2] != "\\'":
        return text
    rest = re.match(r'(?:\\.|[^"\\])*', text[at:], re.DOTALL)
    assert rest is not None
    repaired = re.sub(r"\\(.)", lambda found: r"\x27" if found[1] == "'" else found[0], rest[0], flags=re.DOTALL)
    return text[:at] + repaired + text[at + rest.end() :]


def _where(error: yaml.MarkedYAMLError, scanner_error: type, *, as_v3: bool) -> str:
    """``line 4: ``: go-yaml counts lines from 0 where its parser complains, from 1 where its scanner does."""
    problem, context = (0 if mark is None else mark.line for mark in (error.problem_mark, error.context_mark))
    if as_v3:
        line = context or problem
        line += bool(line) and isinstance(error, scanner_error)
    else:
        line = problem + isinstance(error, scanner_error) if problem else context
    return f"line {line}: " if line else ""


_PURE_PYTHON_PROBLEMS = (
    ("expected <block end>", "did not find expected key"),
    ("expected ',' or '}'", "did not find expected ',' or '}'"),
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
    ("expected the node content", "did not find expected node content"),
    ("expected '<document start>'", "did not find expected <document start>"),
    ("found incompatible YAML document", "found incompatible YAML document"),
    ("mapping values are not allowed here", "mapping values are not allowed in this context"),
    ("mapping keys are not allowed here", "mapping keys are not allowed in this context"),
    ("sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
    ("found unknown escape character", "found unknown escape character"),
    ("found character", "found character that cannot start any token"),
)


def _problem(error: yaml.MarkedYAMLError) -> str:
    """The problem in libyaml's words, which PyYAML's own parser does not always use."""
    problem = error.problem or "unknown problem parsing YAML content"
    if problem.startswith("expected <block end>") and error.context == "while parsing a block collection":
        return "did not find expected '-' indicator"
    return next((words for start, words in _PURE_PYTHON_PROBLEMS if problem.startswith(start)), problem)


# By the bits of a leading octet: how long its sequence is, and the first code point that needs one so long.
_SEQUENCES = ((0x80, 0x00, 1, 0), (0xE0, 0xC0, 2, 0x80), (0xF0, 0xE0, 3, 0x800), (0xF8, 0xF0, 4, 0x10000))


def _check_octets(text: str) -> None:
    """GoYamlError for octets that are no UTF-8. Mirrors yaml_parser_update_buffer."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        if "\0" in text[: error.start]:  # UTF-16 without its mark
            raise GoYamlError("yaml: control characters are not allowed") from None
        octets = text[error.start :].encode("utf-8", "surrogateescape")
        raise GoYamlError(f"yaml: {_octets_problem(octets)}") from None


def _octets_problem(octets: bytes) -> str:
    """Why octets that begin wrong are no UTF-8."""
    found = next((row[2:] for row in _SEQUENCES if octets[0] & row[0] == row[1]), None)
    if found is None:
        return "invalid leading UTF-8 octet"
    length, least = found
    if len(octets) < length:
        return "incomplete UTF-8 octet sequence"
    if any(octet & 0xC0 != 0x80 for octet in octets[1:length]):
        return "invalid trailing UTF-8 octet"
    code = octets[0] & (0x7F >> length)
    for octet in octets[1:length]:
        code = code << 6 | octet & 0x3F
    return "invalid length of a UTF-8 sequence" if code < least else "invalid Unicode character"
