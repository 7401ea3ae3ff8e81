"""Variables that come from files of a pod's volumes, as they are when a container begins.

Mirrors makeEnvironmentVariables for FileKeyRef, and pkg/kubelet/util/env.
"""

from __future__ import annotations

import re

from kubesim.api.meta import Obj, copy_of
from kubesim.containers.evaluation.files import Files, Mount
from kubesim.containers.mounts import volumes_of
from kubesim.containers.written import storage_of
from kubesim.controllers.kubelet.shared_files import written_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.containers.evaluation.found import Row
    from kubesim.containers.written import Storage
    from kubesim.controllers.kubelet.pod_work import PodWork

_PLACE = "/volume"  # where the volume is put to be read
_ENTRY = re.compile(r"[ \t]*(?:#.*|([^\n=]*[^\n= \t])=(?:[ \t].*|'([^']*)'[ \t]*(?:#.*)?)|)(?:\n|\Z)")


def problem_of(work: PodWork, container: Obj) -> str | None:
    """Why a variable that comes from a file cannot be had, in the kubelet's words."""
    for _, reference in _references(container):
        text = _text(work, reference)
        value = None if text is None else value_in(text, reference["key"])
        if value is None:
            return "couldn't parse env file"
        if not value and not reference.get("optional"):
            return f'environment variable key "{reference["key"]}" not found in file "{_host_path(work, reference)}"'
    return None


def keep(work: PodWork, container: Obj) -> None:
    """Keep beside the pod what the variables of a container are that begins now, of those that have a value."""
    found = ((name, value_in(_text(work, one) or "", one["key"])) for name, one in _references(container))
    values = {name: value for name, value in found if value}
    work.container(container["name"])["variables"] = values
    record: Obj = copy_of(work.cluster.recall(work.key) or {})
    record.setdefault("containers", {}).setdefault(container["name"], {})["variables"] = values
    work.cluster.remember(work.key, record)


def _references(container: Obj) -> Iterator[tuple[str, Obj]]:
    for variable in container.get("env") or ():
        reference = (variable.get("valueFrom") or {}).get("fileKeyRef")
        if reference is not None:
            yield variable["name"], reference


def _host_path(work: PodWork, reference: Obj) -> str:
    folder = f"/var/lib/kubelet/pods/{work.pod['metadata']['uid']}/volumes/kubernetes.io~empty-dir"
    return f"{folder}/{reference['volumeName']}/{reference['path']}"


def _text(work: PodWork, reference: Obj) -> str | None:
    """The text of a file in a volume; None if there is none, or it is not known."""
    volume = volumes_of(work.pod).get(reference["volumeName"])
    storage = None if volume is None else storage_of(work.cluster, work.pod, volume)
    if storage is None:
        return None
    files = Files([Mount(_PLACE, is_empty=True)])
    files.take([at, f"{_PLACE}{path}", what] for at, path, what in sorted(_rows(work, storage), key=lambda row: row[0]))
    return files.find(f"{_PLACE}/{reference['path']}", work.now).content


def _rows(work: PodWork, storage: Storage) -> Iterator[Row]:
    """What commands and the programs of the pod have written into a volume of its own by now."""
    yield from work.record.get("volumes", {}).get(storage.name, ())
    for container in work.containers:
        written = written_by(work.cluster, work.pod, container, {storage}, work.now, work.record)
        yield from (row for _, row in written)


def value_in(text: str, key: str) -> str | None:
    """The value of a key in a file of ``KEY='value'``, empty if it is not there; None if the file is none such.

    What comes behind the line that has it is not looked at.
    """
    at = 0
    while at < len(text):
        found = _ENTRY.match(text, at)
        if found is None:
            return None
        if found[1] is not None and found[1] == key:
            return found[2] or ""
        at = found.end()
    return ""
