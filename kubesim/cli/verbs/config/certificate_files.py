"""Certificates and keys of an entry: the path of a file, or the embedded content."""

from __future__ import annotations

import os

from kubesim.errors import UserError, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation


def given_paths(inv: Invocation, paths: Mapping[str, str]) -> dict[str, str]:
    """The paths of those flags that were given; ``paths`` has them by the name of the flag."""
    return {field: path for field, path in paths.items() if inv.changed(field)}


def read_embedded(fields: Sequence[str], paths: Mapping[str, str]) -> dict[str, str]:
    """The contents for --embed-certs in base64, by field; UserError if a file cannot be read, or none is named.

    ``fields`` are the flags that may name a file, ``paths`` the paths of those that were given.
    """
    named = {field: path for field, path in paths.items() if path}
    if not named:
        raise UserError(f"you must specify a {' or '.join(f'--{field}' for field in fields)} to embed")
    for field, path in named.items():
        try:
            os.stat(path)
        except OSError as error:
            raise UserError(f"could not stat {field} file {path}: stat {path}: {reason_of(error)}") from error
    return {field: _data_of(path, field) for field, path in paths.items()}


def _data_of(path: str, field: str) -> str:
    from base64 import b64encode

    try:
        with open(path, "rb") as file:
            return b64encode(file.read()).decode()
    except OSError as error:
        raise UserError(f"could not read {field} data from {path}: open {path}: {reason_of(error)}") from error


def with_file(entry: Obj, field: str, path: str, embedded: Mapping[str, str]) -> Obj:
    """The entry with the path of a file, or with the embedded content."""
    bare = {name: value for name, value in entry.items() if name not in (field, f"{field}-data")}
    if field in embedded:
        return {**bare, f"{field}-data": embedded[field]}
    return {**bare, field: os.path.abspath(path)} if path else bare
