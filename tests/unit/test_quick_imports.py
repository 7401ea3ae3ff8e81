"""What stands in for slow parts of the standard library does what they do."""

from __future__ import annotations

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubesim.startup import context_manager, function_cache, json_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda parts: st.lists(parts) | st.dictionaries(st.text(), parts),
)


@given(VALUES, st.booleans(), st.booleans())
def test_values_are_written_as_json_writes_them(value: Any, is_ascii: bool, sort_keys: bool) -> None:
    written = json_text.encoder(is_ascii=is_ascii, sort_keys=sort_keys)(value)
    assert written == json.dumps(value, ensure_ascii=is_ascii, sort_keys=sort_keys, separators=(",", ":"))
    assert json_text.loads(written) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2, None: True, 1.5: (3,)}])
@pytest.mark.parametrize("allow_nan", [True, False])
def test_odd_values_are_written_or_refused_as_json_does(value: Any, allow_nan: bool) -> None:
    assert outcome(json_text.encoder(allow_nan=allow_nan), value) == outcome(
        json.JSONEncoder(allow_nan=allow_nan, separators=(",", ":"), check_circular=False, ensure_ascii=False).encode,
        value,
    )


TEXTS = [
    "",
    " ",
    "{",
    '{"a":1,}',
    "[1]x",
    "nul",
    '"\n"',
    '{"a" 1}',
    "[1,2",
    " [1] \n",
    "NaN",
    "\ufeff[]",
    '"\ud800"',
    "1e5",
]


@pytest.mark.parametrize("text", TEXTS)
def test_texts_are_read_or_refused_as_json_does(text: str) -> None:
    assert outcome(json_text.loads, text) == outcome(json.loads, text)


def test_bytes_are_read_as_utf_8() -> None:
    assert json_text.loads('{"ä": "\U0001f600"}'.encode()) == {"ä": "\U0001f600"}


def test_another_python_reads_and_writes_by_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_json", None)
    monkeypatch.setattr(json_text, "_scan", json_text._make_scanner())
    assert json_text._scan is None
    assert json_text.loads('[1.5, "a"]') == [1.5, "a"]
    assert json_text.encoder(is_ascii=True)({"ä": 1}) == '{"\\u00e4":1}'


def outcome(function: Callable[[Any], Any], value: Any) -> object:
    """What a function returns, or raises."""
    try:
        return repr(function(value))
    except (TypeError, ValueError) as error:
        return type(error), str(error)


def managed(manager: Callable[..., Any], reaction: str) -> Callable[[], Any]:
    """A context manager that deals with errors in one of several ways."""

    @manager
    def made() -> Iterator[str]:
        try:
            yield "entered"
        except ValueError:
            if reaction == "raise":
                raise
            if reaction == "replace":
                raise KeyError("another") from None
        if reaction == "go on":
            yield "again"

    return made


@pytest.mark.parametrize("reaction", ["raise", "replace", "swallow", "go on"])
@pytest.mark.parametrize("raised", [None, ValueError("a"), StopIteration("b"), KeyError("c")])
def test_a_context_is_left_as_contextlibs_is(reaction: str, raised: Exception | None) -> None:
    def leave(manager: Callable[..., Any]) -> object:
        with managed(manager, reaction)() as entered:
            assert entered == "entered"
            if raised is not None:
                raise raised
        return "left"

    def told(manager: Callable[..., Any]) -> object:
        try:
            return leave(manager)
        except Exception as error:
            return type(error), str(error)

    assert told(context_manager.contextmanager) == told(contextlib.contextmanager)


def test_only_what_is_named_is_suppressed() -> None:
    with context_manager.suppress(KeyError, ValueError):
        raise ValueError
    with pytest.raises(TypeError), context_manager.suppress(KeyError):
        raise TypeError


def test_results_are_kept() -> None:
    calls = []

    @function_cache.lru_cache(maxsize=2)
    def double(number: int) -> int:
        """Twice as much."""
        calls.append(number)
        return 2 * number

    assert [double(number) for number in (1, 1, 2, 3, 1)] == [2, 2, 4, 6, 2]
    assert calls == [1, 2, 3, 1]
    assert (double.__name__, double.__doc__) == ("double", "Twice as much.")
    assert double.__wrapped__(5) == 10
