"""What the library is given, as a command line has it: TypeError and ValueError for what none could be made of."""

from __future__ import annotations

import json
import os
import shlex
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from kubesim.api.meta import parse_time
from kubesim.sim.profiles import DEFAULT, MOST_NODES, PROFILES, Size

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Object = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def in_namespace(namespace: str | None) -> list[str]:
    return [] if namespace is None else [f"--namespace={as_text('namespace', namespace)}"]


def as_text(what: str, value: object) -> str:
    """The value itself; TypeError for one that is no text."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be str, not {type(value).__name__}")
    return value


def as_name(name: str) -> str:
    """The name itself; ValueError for one that is not ``TYPE/NAME``."""
    if as_text("name", name).count("/") != 1:
        raise ValueError(f'"{name}" is not of the form TYPE/NAME')
    return name


def as_duration(what: str, value: str | float) -> str:
    """A duration as the command line has it; ValueError for a number of seconds below 0, or one without an end."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{what} must be str or a number of seconds, not {type(value).__name__}")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{what} must be 0 or more seconds, not {value}")
    return f"{value}s" if isinstance(value, int) else f"{value:.9f}s"


def as_words(line: str | Sequence[str]) -> list[str]:
    """The words of a command line; ValueError for a line that cannot be split."""
    if isinstance(line, str):
        return shlex.split(line)
    return [as_text("a word of line", word) for word in line]


def checked_seed(seed: int | None) -> int | None:
    return None if seed is None else as_number("seed", seed)


def checked_profile(profile: str | None) -> str:
    if profile is None:
        return DEFAULT
    if as_text("profile", profile) not in PROFILES:
        raise ValueError(f'unknown profile "{profile}": it is one of {", ".join(PROFILES)}')
    return profile


def checked_size(nodes: int | None) -> Size:
    if nodes is None:
        return Size()
    if not 1 <= as_number("nodes", nodes) <= MOST_NODES:
        raise ValueError(f"nodes must be between 1 and {MOST_NODES}, not {nodes}")
    return Size(nodes)


def as_number(what: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{what} must be int, not {type(value).__name__}")
    return value


def as_files(manifest: Object | Iterable[Object] | str | bytes | os.PathLike[str]) -> tuple[str, str]:
    """What ``--filename`` names, and what standard input gives."""
    if isinstance(manifest, os.PathLike):
        return os.fspath(manifest), ""
    if isinstance(manifest, bytes):
        return "-", manifest.decode()
    if isinstance(manifest, str):
        is_text = "\n" in manifest or manifest.lstrip().startswith(("{", "["))
        return ("-", manifest) if is_text else (manifest, "")
    if isinstance(manifest, dict):
        return "-", as_json(manifest)
    items = list(manifest)
    for item in items:
        if not isinstance(item, dict):
            raise TypeError(f"an object must be dict, not {type(item).__name__}")
    return "-", as_json({"apiVersion": "v1", "kind": "List", "items": items})


def as_patch(patch: Object | Sequence[Object]) -> str:
    """A patch as JSON."""
    if not isinstance(patch, (dict, list, tuple)):
        raise TypeError(f"patch must be dict or list, not {type(patch).__name__}")
    return as_json(patch)


def as_json(value: object) -> str:
    """TypeError for what JSON cannot hold; ValueError for what holds itself, and for numbers that are none."""
    return json.dumps(value, allow_nan=False)


def as_milliseconds(at: str | datetime) -> int:
    """The instant (ms since the epoch); ValueError for a text that names none, or a time without its zone."""
    if isinstance(at, str):
        return parse_time(at)
    if not isinstance(at, datetime):
        raise TypeError(f"at must be str or datetime, not {type(at).__name__}")
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return (at - EPOCH) // timedelta(milliseconds=1)
