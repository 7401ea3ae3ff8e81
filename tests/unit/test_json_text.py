"""The quick reader of JSON answers as json does, in a process that has not imported json."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SCRIPT = """
import sys
from kubesim.startup.json_text import end_of_value, loads
assert "json" not in sys.modules
for text in sys.argv[1:]:
    for read in (loads, lambda text: end_of_value(text, 0)):
        try:
            print(repr(read(text)))
        except ValueError as error:
            print(error)
        for name in [name for name in sys.modules if name.partition(".")[0] == "json"]:
            del sys.modules[name]
"""

WRONG = [
    "{",
    '{"a"',
    '{"a":',
    '{"a":1,',
    '{"spec":{"replicas":3}',
    '{"a" 1}',
    "[",
    "[1",
    "[1,",
    '"abc',
    '"\\x"',
    "tru",
    "",
]
RIGHT = ['{"a": [1, 2.5, null, true, "\\u00e4"]}', "[]", "{}", '"x"', "-1", "1e3"]


def read(*texts: str) -> list[str]:
    """What the quick reader says of texts, two lines each: the value, and where it ends."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, *texts], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_a_text_that_is_cut_short_is_no_bug() -> None:
    lines = read(*WRONG)
    for text, line in zip(WRONG, lines[::2], strict=True):
        with pytest.raises(ValueError, match=r"\(char \d+\)") as raised:
            json.loads(text)
        assert line == str(raised.value)


def test_the_end_of_a_value_that_has_none_is_an_error() -> None:
    assert not any(line.isdigit() for line in read(*WRONG)[1::2])


def test_values_are_those_that_json_reads() -> None:
    lines = read(*RIGHT)
    assert lines[::2] == [repr(json.loads(text)) for text in RIGHT]
    assert lines[1::2] == [str(len(text)) for text in RIGHT]
