"""What types and their fields are for, in plain words: a text file for each group of the API.

A line without indentation describes a type, an indented one a field of it; under ``*`` are fields that mean the same in
every type of the group, and in meta.txt those that do in every group.
"""

from __future__ import annotations

import os

from kubesim.startup.function_cache import cache

_ANY_TYPE = "*"


def of_type(type_name: str) -> str:
    """What a type is (``core/v1.Pod``), empty if nothing is written about it."""
    group, short_name = _parts(type_name)
    return _texts(group).get((short_name, ""), "")


def of_field(type_name: str, field: str) -> str:
    """What a field of a type is for, empty if nothing is written about it."""
    group, short_name = _parts(type_name)
    own = _texts(group)
    return own.get((short_name, field)) or own.get((_ANY_TYPE, field)) or _texts("meta").get((_ANY_TYPE, field), "")


def _parts(type_name: str) -> tuple[str, str]:
    """``core`` and ``Pod``."""
    package, _, short_name = type_name.rpartition(".")
    return package.partition("/")[0], short_name


@cache
def _texts(group: str) -> dict[tuple[str, str], str]:
    """The descriptions of a group, by type and field; the field is empty where the type itself is described."""
    path = os.path.join(os.path.dirname(__file__), f"{group}.txt")
    if not os.path.exists(path):
        return {}
    texts = {}
    owner = ""
    with open(path, encoding="utf-8") as file:
        for line in filter(str.strip, file):
            name, _, text = line.strip().partition(": ")
            if line[0] != " ":
                owner = name
            texts[owner, "" if line[0] != " " else name] = text
    return texts
