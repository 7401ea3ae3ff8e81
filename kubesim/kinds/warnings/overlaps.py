"""Files of one volume that lie where another's do. Mirrors warningsForOverlappingVirtualPaths."""

from __future__ import annotations

from kubesim.golang.quoting import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj


class _File(NamedTuple):
    """A file's path in its volume, and what it comes from ("" where the volume has one source)."""

    path: str
    source: str

    def __str__(self) -> str:
        return f"{quote(self.path)} ({self.source})" if self.source else quote(self.path)


def warnings_for_overlaps(volumes: Iterable[Obj]) -> list[str]:
    found: list[str] = []
    for volume in volumes:
        for kind, name in (("configMap", "ConfigMap"), ("secret", "Secret"), ("downwardAPI", "DownwardAPI")):
            source = volume.get(kind)
            if source:
                called = _called(name, source)
                found += _warnings(volume, called, _overlaps(_items(source, "")))
        if "projected" in volume:
            found += _of_projected(volume)
    return found


def _called(kind: str, source: Obj) -> str:
    if kind == "DownwardAPI":
        return kind
    return f"{kind} {quote(source.get('secretName') or source.get('name', ''))}"


def _warnings(volume: Obj, called: str, overlaps: Iterable[str]) -> list[str]:
    return [f"volume {quote(volume['name'])} ({called}): overlapping paths: {overlap}" for overlap in overlaps]


def _of_projected(volume: Obj) -> list[str]:
    files: list[_File] = []
    found: list[str] = []
    for source in volume["projected"].get("sources") or ():
        if not source:
            found.append(f"volume {quote(volume['name'])} (Projected) has no sources provided")
        for file in _projected(source):
            found += _warnings(volume, "Projected", _overlaps([file], files))
            files.append(_cleaned(file))
    return found


def _projected(source: Obj) -> list[_File]:
    for kind, name in (("configMap", "ConfigMap"), ("secret", "Secret"), ("downwardAPI", "DownwardAPI")):
        if (source.get(kind) or {}).get("items"):
            return _items(source[kind], _called(name, source[kind]))
    if "serviceAccountToken" in source:
        return [_File(source["serviceAccountToken"].get("path", ""), "ServiceAccountToken")]
    if "clusterTrustBundle" in source:
        bundle = source["clusterTrustBundle"]
        name = bundle["name"] if "name" in bundle else bundle.get("signerName", "")
        return [_File(bundle.get("path", ""), f"ClusterTrustBundle {quote(name)}")]
    return []


def _items(source: Obj, called: str) -> list[_File]:
    return [_File(item.get("path", ""), called) for item in source.get("items") or ()]


def _overlaps(files: Iterable[_File], others: Iterable[_File] = ()) -> list[str]:
    """Each file that lies in, above or at the place of one before it."""
    known = list(others)
    found: list[str] = []
    for raw in files:
        file = _cleaned(raw)
        found += [f"{file} with {other}" for other in known if _collide(file, other)]
        known.append(file)
    return found


def _cleaned(file: _File) -> _File:
    return file._replace(path=file.path.rstrip("/"))


def _collide(file: _File, other: _File) -> bool:
    if not file.path or not other.path:
        return False
    one, two = f"{file.path}/", f"{other.path}/"
    return one.startswith(two) or two.startswith(one)
