"""Data for config maps and secrets: ``--from-literal``, ``--from-file`` and ``--from-env-file``.

Mirrors kubectl pkg/cmd/create/create_configmap.go and pkg/generate's environment files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kubesim.cli.command import Flag
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.cli.command import Invocation

FLAGS = (
    Flag("append-hash", type=bool, help="Append a hash of the data to the name."),
    Flag("from-env-file", type="strings", help="A file of lines KEY=VALUE."),
    Flag("from-file", type="strings", help="A file, as [KEY=]PATH, or a folder of files."),
    Flag("from-literal", type="array", help="A value, as KEY=VALUE."),
)


def data_of(inv: Invocation) -> dict[str, bytes]:
    """The data by key; UserError for a source that cannot be read, and for keys that come twice."""
    if inv.flag("from-env-file") and (inv.flag("from-file") or inv.flag("from-literal")):
        raise UserError("from-env-file cannot be combined with from-file or from-literal")
    data: dict[str, bytes] = {}
    for source in inv.flag("from-literal"):
        key, found, value = source.partition("=")
        if not found or not key:
            raise UserError(f"invalid literal source {source}, expected key=value")
        _add(data, key, _unquoted(value).encode())
    for source in inv.flag("from-file"):
        for key, path in _files(source):
            _add(data, key, _read(path))
    for path in inv.flag("from-env-file"):
        for line in _read(Path(path)).decode(errors="replace").splitlines():
            stripped = line.lstrip()
            if stripped and not stripped.startswith("#"):
                key, _, value = stripped.partition("=")
                _add(data, key, value.encode())
    return data


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _files(source: str) -> list[tuple[str, Path]]:
    """The keys and files that ``[KEY=]PATH`` names."""
    key, found, path = source.partition("=")
    if source.count("=") > 1:
        raise UserError("key names or file paths cannot contain '='")
    if not found:
        key, path = "", source
    elif not key or not path:
        missing = "key name" if not key else "file path"
        raise UserError(f"{missing} for {'file path ' + path if not key else 'key name ' + key} missing")
    place = Path(path)
    if place.is_dir():
        if key:
            raise UserError("cannot give a key name for a directory path")
        return [(file.name, file) for file in sorted(place.iterdir()) if file.is_file()]
    return [(key or place.name, place)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"error reading {path}: {(error.strerror or str(error)).lower()}") from error


def _add(data: dict[str, bytes], key: str, value: bytes) -> None:
    if key in data:
        raise UserError(f"cannot add key {key}, another key by that name already exists in Data")
    data[key] = value
