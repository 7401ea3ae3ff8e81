"""Data for config maps and secrets: ``--from-literal``, ``--from-file`` and ``--from-env-file``.

Mirrors kubectl pkg/cmd/create/create_configmap.go, pkg/util (ParseFileSource, ParseLiteralSource) and
pkg/cmd/util/env_file.go.
"""

from __future__ import annotations

import os

from kubesim.api import names
from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray, StringSlice
from kubesim.cli.verbs.create.name_hash import AppendHash
from kubesim.errors import UserError, reason_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BYTE_ORDER_MARK = "\ufeff"


class SourceOptions(OptionGroup):
    """Where the data come from."""

    append_hash: AppendHash = False
    from_env_file: Annotated[
        StringSlice, Option(help="A file of lines KEY=VALUE; a KEY alone takes its value from here.")
    ]
    from_file: Annotated[StringSlice, Option(help="A file, as [KEY=]PATH, or a folder of files; its name is the key.")]
    from_literal: Annotated[StringArray, Option(help="A value, as KEY=VALUE; may be repeated.")]


def refuse_mixture(options: SourceOptions) -> None:
    """UserError for an environment file beside other sources."""
    if options.from_env_file and (options.from_file or options.from_literal):
        raise UserError("from-env-file cannot be combined with from-file or from-literal")


def literals(sources: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The keys and values of --from-literal."""
    for source in sources:
        key, found, value = source.partition("=")
        if not found or not key:
            raise UserError(f"invalid literal source {source}, expected key=value")
        yield key, value.encode(errors="surrogateescape")


def files(sources: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The keys and contents of the files of --from-file; a folder stands for its regular files."""
    for source in sources:
        key, path = _split(source)
        _require(path)
        if not os.path.isdir(path):
            yield key, read(path)
            continue
        if "=" in source:
            raise UserError("cannot give a key name for a directory path")
        for name in _regular_files(path):
            yield name, read(os.path.join(path, name))


def env_files(paths: Iterable[str], what: str) -> Iterator[tuple[str, bytes]]:
    """The variables in the files of --from-env-file; ``what`` is the word for them in errors (``config``)."""
    for path in paths:
        _require(path)
        if os.path.isdir(path):
            raise UserError(f"env {what} file cannot be a directory")
        for number, line in enumerate(read(path).split(b"\n")):
            if variable := _variable(line.removesuffix(b"\r"), path, number):
                yield variable


def read(path: str) -> bytes:
    """A file's content; UserError in the words of Go's os package."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"{'read' if os.path.isdir(path) else 'open'} {path}: {reason_of(error)}") from error


def _require(path: str) -> None:
    try:
        os.stat(path)
    except OSError as error:
        raise UserError(f"error reading {path}: {reason_of(error)}") from error


def _split(source: str) -> tuple[str, str]:
    """The key and the path of ``[KEY=]PATH``; without a key, the file's name is the key."""
    if source.count("=") > 1:
        raise UserError("key names or file paths cannot contain '='")
    key, found, path = source.partition("=")
    if not found:
        return os.path.basename(source.rstrip("/")) or ("/" if source else "."), source
    if not key:
        raise UserError(f"key name for file path {path} missing")
    if not path:
        raise UserError(f"file path for key name {key} missing")
    return key, path


def _regular_files(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))


def _variable(line: bytes, path: str, number: int) -> tuple[str, bytes] | None:
    """The variable in a line; None for a comment and an empty line. Mirrors processEnvFileLine."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        shown = " ".join(map(str, line))
        raise UserError(f"env file {path} contains invalid utf8 bytes at line {number + 1}: [{shown}]") from None
    text = text.removeprefix(_BYTE_ORDER_MARK if number == 0 else "").lstrip()
    if not text or text.startswith("#"):
        return None
    key, found, value = text.partition("=")
    if wrong := names.is_strict_env_var_name(key):
        raise UserError(f'"{key}" is not a valid key name: {";".join(wrong)}')
    return key, (value if found else os.environ.get(key, "")).encode(errors="surrogateescape")
