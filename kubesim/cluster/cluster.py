"""The API server's storage in memory: create, get, list, update, delete, over drawers of objects.

This is the way in of controllers: what they write is valid, and is theirs to write.  Clients come in by ``Client``.
Objects come back shared and are never changed in place.  Every write is recorded in ``changes``, as a watch
would show it.  Mirrors what apiserver's registry/generic/registry/store.go and registry/rest do to an object.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.identity import random_letters, uid_of
from kubesim.api.meta import Key, Obj, key_of, labels_of, rfc3339, topology_labels, with_metadata
from kubesim.cluster import event_expiry
from kubesim.cluster.cabinet import Cabinet
from kubesim.cluster.derived import (
    AGGREGATED,
    API_SERVICE,
    COMPANIONS,
    DERIVED,
    deletion_mark,
    derived,
    derived_names,
    with_derived,
)
from kubesim.cluster.event_expiry import EVENT
from kubesim.cluster.kinds import DEFINITION, Kinds
from kubesim.cluster.node_lease import LEASE, renewed
from kubesim.startup.context_manager import contextmanager
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.cluster.drawers import Head, Source


class Change(NamedTuple):
    """A watch's event: ``old`` is None for a new object, ``new`` for one that is gone.

    ``instant`` is the simulated time (ms) at which it happened.
    """

    key: Key
    old: Obj | None
    new: Obj | None
    instant: int


#: The kinds of which an object is not simply what is stored.
_PECULIAR = frozenset((EVENT, LEASE, *DERIVED, *AGGREGATED, *COMPANIONS))


class Cluster:
    """The objects of a cluster at one instant, ``now`` (ms since the epoch)."""

    def __init__(self, head: Head, source: Source | None = None, now: int = 0) -> None:
        self.head = head
        self.now = now
        self.kinds = Kinds(
            head, lambda name: self.cabinet.find((DEFINITION, "", name)), lambda: self.now, self._convert
        )
        self.cabinet = Cabinet(self.kinds, source)
        self.changes: builtins.list[Change] = []
        #: Whether the head has to be saved though no stored object changed: settings, or a derived object is deleted.
        self.head_changed = False
        #: What controllers work out once and keep while the cluster is open, by their names for it; it is not saved.
        self.caches: dict[str, Any] = {}
        #: How the kinds that another server answers for are answered (see ``aggregated``); None: nobody does.
        self.answer: Callable[[Cluster, str, str | None, str | None], builtins.list[Obj]] | None = None
        #: Sends a review to a webhook's clientConfig, and waits so many seconds: the answer, why none, None: unknown.
        self.call_webhook: Callable[[Cluster, Obj, Obj, int], Obj | str | None] | None = None
        #: Called with every change as it happens; for commands that follow the cluster live.
        self.observers: builtins.list[Callable[[Change], None]] = []

    def _convert(self, webhook: Obj, obj: Obj, version: str) -> Obj | str:
        """What a conversion webhook makes of an object for a version, or why it fails."""
        from kubesim.cluster.conversion_webhook import TIMEOUT, converted

        call, config = self.call_webhook, webhook["clientConfig"]
        return converted(self, webhook, obj, version, lambda review: call and call(self, config, review, TIMEOUT))

    @property
    def profile(self) -> str:
        """What sort of cluster it is: a name of ``kubesim.sim.profiles``. States older than profiles are bare."""
        return str(self.head.get("profile", "bare"))

    # reading

    def find(self, kind: str, namespace: str, name: str) -> Obj | None:
        found = self.cabinet.find((kind, namespace, name))
        return found if kind not in _PECULIAR else self._find_peculiar((kind, namespace, name), found)

    def _find_peculiar(self, key: tuple[str, str, str], found: Obj | None) -> Obj | None:
        """An object that is not, or not only, what is stored under its name."""
        kind, namespace, name = key
        if kind in AGGREGATED:
            return next(iter(self._answered(kind, namespace, name)), None)
        if kind in DERIVED:
            return found or self._find_derived(kind, namespace, name)
        if kind in COMPANIONS:
            return next((obj for obj in self.list(kind) if obj["metadata"]["name"] == name), None)
        if found is None or kind == LEASE:
            return found and self._renewed(found)
        return next(iter(event_expiry.living(self.cabinet, [found], self.now)), None)

    def _find_derived(self, kind: str, namespace: str, name: str) -> Obj | None:
        known = derived_names(kind, namespace, self.head, self.noted("deleted").get(kind, ()))
        return derived(kind, namespace, name, self.head) if (namespace, name) in known else None

    def get(self, kind: str, namespace: str, name: str) -> Obj:
        """The object of that name; StatusError NotFound."""
        found = self.find(kind, namespace, name)
        if found is None and kind in AGGREGATED:
            from kubesim.cluster.aggregated import missing

            source = self.find(AGGREGATED[kind], namespace, name)
            raise missing(kind, namespace, name, has_source=source is not None)
        if found is None:
            names = self.kinds.names_of(kind)
            raise errors.not_found(names.plural, names.group, name)
        return found

    def list(self, kind: str, namespace: str | None = None) -> builtins.list[Obj]:
        """Every object of a kind, sorted by namespace and name; ``None`` means all namespaces."""
        found = self.cabinet.objects(kind, namespace)
        if kind == LEASE:
            return [self._renewed(lease) for lease in found]
        if kind in AGGREGATED:
            return self._answered(kind, namespace)
        if kind in DERIVED:
            return with_derived(kind, namespace, found, self.head, self.noted("deleted").get(kind, ()))
        if kind in COMPANIONS:
            from kubesim.cluster.companions import with_companions

            return with_companions(
                kind, found, self.list(COMPANIONS[kind]), self.seed, self.noted("deleted").get(kind, ())
            )
        return event_expiry.living(self.cabinet, found, self.now) if kind == EVENT else found

    def _answered(self, kind: str, namespace: str | None, name: str | None = None) -> builtins.list[Obj]:
        """The objects of a kind that another server answers for, or the one of that name, if it has it."""
        return [] if self.answer is None else self.answer(self, kind, namespace, name)

    def _renewed(self, lease: Obj) -> Obj:
        """A lease as its kubelet renewed it last: one of a machine that is down as it did before."""
        last = self.now
        if self.noted("faults") and self.find("Node", "", lease["metadata"]["name"]) is not None:
            record = self.recall(Key("Node", "", lease["metadata"]["name"])) or {}
            last = record.get("down", last)
        return renewed(lease, last)

    def owned(self, owner: Obj, kind: str) -> builtins.list[Obj]:
        """The objects of a kind that ``owner`` controls."""
        meta = owner["metadata"]
        namespace = meta.get("namespace", "")
        for group in ("", meta["name"]):
            self.cabinet.open_group(kind, namespace, group)
        return self.cabinet.owned(meta["uid"], kind)

    def orphans(self, kind: str, namespace: str) -> builtins.list[Obj]:
        """The objects of a kind in a namespace that no controller has."""
        parent_of = self.kinds.load(kind).parent_of
        return [obj for obj in self.cabinet.in_group(kind, namespace, "") if parent_of(obj) is None]

    def events_of(self, obj: Obj) -> builtins.list[Obj]:
        """The Event objects about ``obj`` that have not expired."""
        meta = obj["metadata"]
        event = {"involvedObject": {"kind": obj["kind"], "name": meta["name"]}}
        namespace = meta.get("namespace") or "default"
        self.cabinet.open_group(EVENT, namespace, self.kinds.load(EVENT).group_of(event))
        return event_expiry.living(self.cabinet, self.cabinet.owned(meta.get("uid", ""), EVENT), self.now)

    def sweep(self) -> None:
        """Give up what only takes up room: events that have expired, and drawers with nothing in them."""
        for name, drawer in self.cabinet.opened().items():
            if name.kind == EVENT:
                event_expiry.living(self.cabinet, list(drawer.objects.values()), self.now)
        self.cabinet.discard_empty()

    # writing

    def create(self, obj: Obj) -> Obj:
        """Store a new object; StatusError AlreadyExists.

        It has its defaults and is valid: a controller made it.
        """
        obj = {**obj, "metadata": dict(obj["metadata"])}
        if obj["metadata"].get("name"):
            self.require_absent(obj)
        else:
            with self.refusable():
                self.generate_name(obj)
                self.require_absent(obj)
        obj["metadata"]["uid"] = self.new_uid()
        return self.begin(obj)

    def generate_name(self, obj: Obj) -> None:
        """Complete ``metadata.generateName``, in place, where no name is given."""
        meta = obj["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"] + self.random_suffix()

    def require_absent(self, obj: Obj) -> None:
        """StatusError AlreadyExists where there is an object of that name."""
        if self.find(*key_of(obj)) is not None:
            names = self.kinds.of(obj).names
            raise errors.already_exists(names.plural, names.group, obj["metadata"]["name"])

    def begin(self, obj: Obj, *, dry_run: bool = False) -> Obj:
        """Store an object that begins now; a dry run only completes it, in place."""
        meta = obj["metadata"]
        meta["creationTimestamp"] = rfc3339(self.now)
        if self.kinds.of(obj).has_generation:
            meta["generation"] = 1
        return obj if dry_run else self.store(None, obj)

    def place(self, obj: Obj, record: Obj | None = None) -> None:
        """Store an object as it was somewhere else, its uid and its instants included, and the record beside it."""
        self.store(None, obj)
        self.remember(key_of(obj), record)

    def update(self, obj: Obj) -> Obj:
        """Replace an object but for its status; an equal one is not written.

        StatusError NotFound; Conflict where ``metadata.resourceVersion`` or a uid is given and is not the stored one's.
        """
        from kubesim.cluster.preconditions import check_preconditions, with_server_fields

        kind = self.kinds.of(obj)
        old = self.get(*key_of(obj))
        check_preconditions(kind.names, obj, old)
        new = with_server_fields(obj, old)
        if kind.has_status:
            new["status"] = old.get("status", {})
        return self.replace(old, new, is_new_generation=new.get("spec") != old.get("spec"))

    def replace(self, old: Obj, new: Obj, *, is_new_generation: bool, dry_run: bool = False) -> Obj:
        """Store ``new`` in the place of ``old`` unless they are equal.

        An object that is being deleted goes once nothing holds it.
        """
        if new == old:
            return old
        kind = self.kinds.of(new)
        if kind.has_generation and is_new_generation:
            new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        if dry_run:
            return new
        if "deletionTimestamp" in new["metadata"] and not kind.is_held(new) and not _is_ending(new):
            return self._drop(old) and new  # what watches see is what was stored
        return self.store(old, new)

    def update_status(self, obj: Obj, status: Obj, *, annotations: dict[str, str] | None = None) -> Obj:
        """Replace the status of the stored object of that key, and its annotations if they are given.

        An equal one is not written.
        """
        old = self.get(*key_of(obj))
        new = {**old, "status": status}
        if annotations is not None:
            new = with_metadata(new, annotations=annotations)
        return old if new == old else self.store(old, with_metadata(new))

    def bind(self, pod: Obj, node: str, status: Obj) -> Obj:
        """Assign a pod to a node, with the status that says so; that is no new generation. Mirrors assignPod.

        The pod gets the node's zone and region, as by the plugin PodTopologyLabels.
        """
        old = self.get(*key_of(pod))
        new = {**pod, "spec": {**old["spec"], "nodeName": node}, "status": status}
        found = self.find("Node", "", node)
        topology = {} if found is None else topology_labels(found)
        changes = {"labels": {**labels_of(pod), **topology}} if topology else {}
        return self.store(old, with_metadata(new, **changes))

    def delete(
        self,
        kind: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        grace: int | None = None,
        uid: str | None = None,
        dry_run: bool = False,
    ) -> Obj:
        """Delete an object as the API server does: at once, or mark it where finalizers or a kubelet hold it.

        ``grace`` is in seconds; ``propagation`` is metav1.DeletionPropagation.
        StatusError NotFound, Forbidden, Conflict.
        """
        from kubesim.cluster.deletion import marked_as_deleted

        behaviour = self.kinds.load(kind)
        old = self.get(kind, namespace, name)
        if uid is not None:
            from kubesim.cluster.preconditions import check_preconditions

            check_preconditions(behaviour.names, {"metadata": {"uid": uid}}, old)
        seconds = behaviour.grace_period(old, grace)
        new = behaviour.marked(marked_as_deleted(old, self.now, seconds, propagation))
        if seconds == 0 and not behaviour.is_held(new):
            return old if dry_run else self._drop(old)
        return new if dry_run or new == old else self.store(old, new)

    def remove(self, key: Key) -> None:
        """End an object's life for good, as the kubelet does; finalizers still hold it."""
        old = self.cabinet.find(key)
        if old is None:
            return
        if self.kinds.load(key.kind).is_held(old):
            self.store(old, with_metadata(old, deletionGracePeriodSeconds=0))
        else:
            self._drop(old)

    def store(self, old: Obj | None, new: Obj) -> Obj:
        """Write a new version. ``new`` and its metadata belong to the cluster from here on."""
        self.head["resourceVersion"] += 1
        new["metadata"]["resourceVersion"] = str(self.head["resourceVersion"])
        self._record(Change(self.cabinet.put(new), old, new, self.now))
        return new

    def _drop(self, old: Obj) -> Obj:
        key = key_of(old)
        if key.kind == API_SERVICE:
            from kubesim.cluster.api_services import registered_again

            again = registered_again(old, self.new_uid(), self.seed, self.now)
            if again is not None:
                return self.store(old, again)
        self.head["resourceVersion"] += 1
        if key.kind in DERIVED:
            self.notes("deleted").setdefault(key.kind, {})[deletion_mark(key.namespace, key.name)] = True
            self.head_changed = True
        elif key.kind in COMPANIONS:
            self.notes("deleted").setdefault(key.kind, {})[old["metadata"]["uid"]] = True
            self.head_changed = True
        if self.cabinet.find(key) is not None:
            self.cabinet.take(key)
        self._record(Change(key, old, None, self.now))
        return old

    def _record(self, change: Change) -> None:
        self.changes.append(change)
        for observe in self.observers:
            observe(change)

    # what controllers remember

    def recall(self, key: Key) -> Obj | None:
        """What a controller remembered beside an object; not to be changed in place."""
        return self.cabinet.recall(key)

    def remember(self, key: Key, record: Obj | None) -> None:
        self.cabinet.remember(key, record)

    def notes(self, name: str) -> Obj:
        """A controller's own cluster-wide record, saved in the head of the state; changed in place."""
        notes: Obj = self.head.setdefault("notes", {}).setdefault(name, {})
        return notes

    def noted(self, name: str) -> Obj:
        """As ``notes``, to read only: where there are none, none are made."""
        notes: Obj = self.head.get("notes", {}).get(name, {})
        return notes

    # identity

    @property
    def seed(self) -> int:
        return int(self.head["seed"])

    @contextmanager
    def refusable(self) -> Iterator[None]:
        """What is refused changes nothing: the serials that it took are given back."""
        serial = self.head["serial"]
        try:
            yield
        except errors.StatusError:
            self.head["serial"] = serial
            raise

    def _next_serial(self) -> int:
        self.head["serial"] += 1
        return int(self.head["serial"])

    def new_uid(self) -> str:
        return uid_of(self.seed, self._next_serial())

    def random_suffix(self, length: int = 5) -> str:
        """Letters as upstream's rand.String gives them: a pure function of the seed and the serial."""
        return random_letters(self.seed, self._next_serial(), length)


def _is_ending(obj: Obj) -> bool:
    """Whether a kubelet still has to end the object."""
    return bool(obj["metadata"].get("deletionGracePeriodSeconds"))
