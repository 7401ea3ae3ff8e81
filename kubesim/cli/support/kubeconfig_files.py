"""The files of --kubeconfig and KUBECONFIG. A file that kubesim wrote is used instead of the state's kubeconfig.

Other files are ignored, with a notice on standard error. The errors for missing files mirror client-go
tools/clientcmd/loader.go.
"""

from __future__ import annotations

import os

from kubesim.cli.support.kubeconfig import DATA, FIELDS, Kubeconfig, singular_of
from kubesim.cli.support.output_queue import Report
from kubesim.errors import UserError
from kubesim.startup.context_manager import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.cli.command import Invocation

REFUSED = "The connection to the server localhost:8080 was refused - did you specify the right host or port?"
EMPTY = Kubeconfig({}, {}, {}, "")


def used(inv: Invocation) -> Kubeconfig | None:
    """The kubeconfig in the file that kubesim wrote; None if there are only other files.

    It is empty if there is no file. UserError if --kubeconfig names a file that does not exist.
    """
    path = written_file(inv)
    if path is not None:
        return load(path)
    if any(map(os.path.exists, _paths(inv))):
        return None
    if flag := inv.globals.kubeconfig:
        raise UserError(f"stat {flag}: no such file or directory")
    return EMPTY


def shown(inv: Invocation) -> Kubeconfig | None:
    """As ``used``, for verbs that show the kubeconfig: a missing file is no error."""
    return used(inv) if any(map(os.path.exists, _paths(inv))) else EMPTY


def written_file(inv: Invocation) -> str | None:
    """The first of the files that kubesim wrote, with a notice for each file before it."""
    for path in filter(os.path.exists, _paths(inv)):
        if load(path) is not None:
            return path
        inv.err.write(f"{path} is not used: kubesim did not write it, and keeps its contexts in its own state\n")
    return None


def _paths(inv: Invocation) -> list[str]:
    flag = inv.globals.kubeconfig
    listed = [flag] if flag else os.environ.get("KUBECONFIG", "").split(os.pathsep)
    return list(dict.fromkeys(filter(None, listed)))


def load(path: str) -> Kubeconfig | None:
    """The kubeconfig in a file; None if kubesim did not write the file, or it cannot be read."""
    from kubesim.golang.yaml.reader import load_documents

    try:
        with open(path, encoding="utf-8") as file:
            document = next(load_documents(file.read(), path), None)
    except (OSError, ValueError, UserError):
        return None
    if not isinstance(document, dict):
        return None
    entries = {sort: _entries(document, sort) for sort in FIELDS}
    if not any(cluster.get("certificate-authority-data") == DATA for cluster in entries["clusters"].values()):
        return None
    return Kubeconfig(**entries, current=str(document.get("current-context") or ""))


def _entries(document: dict[str, Any], sort: str) -> dict[str, Any]:
    listed = document.get(sort)
    return {
        str(entry.get("name")): dict(entry.get(singular_of(sort)) or {})
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict) and isinstance(entry.get(singular_of(sort)) or {}, dict)
    }


@contextmanager
def changing(inv: Invocation) -> Iterator[Kubeconfig]:
    """The kubeconfig in the file that kubesim wrote, to be changed and saved; UserError without such a file."""
    path = written_file(inv)
    config = load(path) if path else None
    if path is None or config is None:
        raise UserError("kubesim writes no kubeconfig but its own; leave out --kubeconfig and KUBECONFIG")
    with Report(inv.streams) as report:
        yield config
        report.saving()
        _save(config, path)
        report.is_saved()


def _save(config: Kubeconfig, path: str) -> None:
    """Replace the file by the kubeconfig, secrets included."""
    from kubesim.golang.yaml.emitter import dump

    temporary = f"{path}.kubesim"
    with open(temporary, "w", encoding="utf-8", opener=_private) as file:
        file.write(dump(config.document(secrets=True)) + "\n")
    os.replace(temporary, path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
