"""The texts of objects in answers, kept for as long as the cluster is open and has them so."""

from __future__ import annotations

from threading import Lock

from kubesim.api.declared_order import in_order_of
from kubesim.api.meta import key_of
from kubesim.api.schema import type_named
from kubesim.golang.json import dumps
from kubesim.rest.encoding import complete, ordered
from kubesim.rest.molds import Molds

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Key, Obj
    from kubesim.cluster import Cluster
    from kubesim.rest.molds import Filled

    #: What of an object is written.
    Write = Callable[[Obj], str]

_CACHE = "texts"
_LEAST = 1000  # texts that may be kept whatever they are of


class Texts:
    """The texts that one function writes; ``of`` gives what it would.

    ``find`` gives the object of a key that is there now: no text is kept for long of what is not.  Several threads may
    use it.
    """

    def __init__(self, write: Write, find: Callable[[Key], Obj | None]) -> None:
        self._write = write
        self._find = find
        self._molds: dict[tuple[str, str], Molds] = {}
        self._known: dict[str, tuple[Obj, Filled]] = {}
        self._most = _LEAST
        self._guard = Lock()

    def of(self, obj: Obj) -> str:
        uid = obj["metadata"].get("uid")
        if not uid or obj["kind"] == "Scale":
            return self._write(obj)
        source, filled = self._known.get(uid, (None, None))
        if source is not obj or filled is None:  # objects are never changed in place
            with self._guard:
                filled = self._filled(uid, obj)
        return filled.text()

    def _filled(self, uid: str, obj: Obj) -> Filled:
        kind = obj["apiVersion"], obj["kind"]
        molds = self._molds.get(kind)
        if molds is None:
            molds = self._molds[kind] = Molds(self._write)
        filled = molds.fill(obj)
        if len(self._known) >= self._most:
            self._tidy()
        self._known[uid] = obj, filled
        return filled

    def _tidy(self) -> None:
        """Forget what is not there any more. That is done seldom, when there is twice as much as was left last."""
        known = self._known.items()
        self._known = {uid: entry for uid, entry in known if self._find(key_of(entry[0])) is entry[0]}
        self._most = max(_LEAST, 2 * len(self._known))


def whole_texts(cluster: Cluster) -> Texts:
    """The texts of objects as clients see them."""
    return _kept(cluster, "", _whole)


def metadata_texts(cluster: Cluster, meta_version: str) -> Texts:
    """The texts of objects' metadata alone, in that version of meta.k8s.io."""

    def write(obj: Obj) -> str:
        meta = in_order_of(complete(obj)["metadata"], type_named("meta/v1.ObjectMeta"))
        shown = {"kind": "PartialObjectMetadata", "apiVersion": meta_version, "metadata": meta}
        return dumps(shown, sort_keys=False)

    return _kept(cluster, meta_version, write)


def _whole(obj: Obj) -> str:
    return dumps(ordered(complete(obj)), sort_keys=False)


def _kept(cluster: Cluster, name: str, write: Write) -> Texts:
    """The texts that are kept under a name in a cluster."""
    known: dict[str, Texts] = cluster.caches.setdefault(_CACHE, {})
    texts = known.get(name)
    if texts is None:
        texts = known[name] = Texts(write, cluster.cabinet.find_open)
    return texts
