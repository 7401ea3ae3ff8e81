"""The API server in memory: create, get, list, update, delete, over drawers of objects.

Objects come back shared and are never changed in place.  Every write is told in ``changes``, as a watch would tell
it.  Mirrors what apiserver's registry/generic/registry/store.go and registry/rest do to an object.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module

from kubesim import errors, kinds
from kubesim.api.identity import random_letters, uid_of
from kubesim.api.meta import SECOND, Key, Obj, key_of, parse_time, rfc3339, with_metadata
from kubesim.api.wire import as_sent
from kubesim.cluster import event_expiry
from kubesim.cluster.cabinet import Cabinet
from kubesim.cluster.event_expiry import EVENT
from kubesim.cluster.node_lease import LEASE, renewed
from kubesim.kinds.versions import in_version
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Iterator
    from typing import Any

    from kubesim.cluster.drawers import Head, Source
    from kubesim.kinds.base import Kind

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"

# Metadata that a client's update cannot change.
SERVER_FIELDS = (
    *("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields"),
)

# Of these, what a client says is looked at: owners of fields can be written down, the others must stay.
CLIENT_FIELDS = ("uid", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds")


class Change(NamedTuple):
    """A watch's event: ``old`` is None for a new object, ``new`` for one that is gone.

    ``instant`` is the simulated time (ms) at which it happened.
    """

    key: Key
    old: Obj | None
    new: Obj | None
    instant: int


API_SERVICE, CLUSTER_ROLE = "APIService", "ClusterRole"
#: The kinds of which objects are there from the beginning that are not stored, and the module that makes them.
DERIVED = {API_SERVICE: "api_services", CLUSTER_ROLE: "cluster_roles"}


def _ignore(_warning: str) -> None:
    """Nobody listens to warnings."""


def allow(_verb: str, _kind: str, _namespace: str | None, _name: str = "", _subresource: str = "") -> None:
    """Everything is allowed, as to administrators and controllers."""


class Cluster:
    """The objects of a cluster at one instant, ``now`` (ms since the epoch)."""

    def __init__(self, head: Head, source: Source | None = None, now: int = 0) -> None:
        self.head = head
        self.now = now
        self.cabinet = Cabinet(source)
        self.changes: builtins.list[Change] = []
        #: Who clients' writes are by, as metadata.managedFields tells it.
        self.field_manager = "kubectl"
        #: Told what the API server warns of while it answers.
        self.warn: Callable[[str], None] = _ignore
        #: Whether writes are dry runs: they are answered, and nothing comes of them.
        self.dry_run = False
        #: Who asks, as authentication/v1 UserInfo.
        self.requestor: Callable[[], Obj] = dict
        #: Asked whether a client may do something; StatusError Forbidden.
        self.authorize: Callable[..., None] = allow
        #: Called with every change as it happens; for commands that follow the cluster live.
        self.observers: builtins.list[Callable[[Change], None]] = []

    @property
    def profile(self) -> str:
        """What sort of cluster it is: a name of ``kubesim.sim.profiles``. States older than profiles are bare."""
        return str(self.head.get("profile", "bare"))

    # reading

    def find(self, kind: str, namespace: str, name: str) -> Obj | None:
        found = self.cabinet.find(Key(kind, namespace, name))
        if kind == EVENT and found is not None:
            return next(iter(event_expiry.living(self.cabinet, [found], self.now)), None)
        if found is None and kind in DERIVED:
            return next((obj for obj in self.list(kind) if obj["metadata"]["name"] == name), None)
        return found if kind != LEASE or found is None else renewed(found, self.now)

    def get(self, kind: str, namespace: str, name: str) -> Obj:
        """The object of that name; StatusError NotFound."""
        found = self.find(kind, namespace, name)
        if found is None:
            names = kinds.names_of(kind)
            raise errors.not_found(names.plural, names.group, name)
        return found

    def list(self, kind: str, namespace: str | None = None) -> builtins.list[Obj]:
        """Every object of a kind, sorted by namespace and name; ``None`` means all namespaces."""
        found = self.cabinet.objects(kind, namespace)
        if kind == LEASE:
            return [renewed(lease, self.now) for lease in found]
        if kind in DERIVED:
            return self._with_derived(kind, found)
        return event_expiry.living(self.cabinet, found, self.now) if kind == EVENT else found

    def owned(self, owner: Obj, kind: str) -> builtins.list[Obj]:
        """The objects of a kind whose controller is ``owner``."""
        meta = owner["metadata"]
        namespace = meta.get("namespace", "")
        for group in ("", meta["name"]):
            self.cabinet.open_group(kind, namespace, group)
        return self.cabinet.owned(meta["uid"], kind)

    def orphans(self, kind: str, namespace: str) -> builtins.list[Obj]:
        """The objects of a kind in a namespace that no controller has."""
        parent_of = kinds.load(kind).parent_of
        return [obj for obj in self.cabinet.in_group(kind, namespace, "") if parent_of(obj) is None]

    def events_of(self, obj: Obj) -> builtins.list[Obj]:
        """The Event objects about ``obj`` that have not expired."""
        meta = obj["metadata"]
        event = {"involvedObject": {"kind": obj["kind"], "name": meta["name"]}}
        namespace = meta.get("namespace") or "default"
        self.cabinet.open_group(EVENT, namespace, kinds.load(EVENT).group_of(event))
        return event_expiry.living(self.cabinet, self.cabinet.owned(meta["uid"], EVENT), self.now)

    def sweep(self) -> None:
        """Give up what only takes up room: events that have expired, and drawers with nothing in them."""
        for name, drawer in self.cabinet.opened().items():
            if name.kind == EVENT:
                event_expiry.living(self.cabinet, list(drawer.objects.values()), self.now)
        self.cabinet.discard_empty()

    # writing

    def create(
        self, obj: Obj, *, trusted: bool = False, managed: Obj | None = None, told: bool = True, version: str = ""
    ) -> Obj:
        """Store a new object; StatusError AlreadyExists, Invalid, NotFound (its namespace), Forbidden.

        ``trusted`` objects come from controllers: they have their defaults and are valid by construction.
        ``managed`` is an object whose managedFields the new one gets: server-side apply has worked them out.
        ``told`` is whether the client hears warnings, which it does not of what a controller asked for.
        ``version`` is the apiVersion in which the client sent it, if that is not the object's.
        """
        kind = kinds.load(obj["kind"])
        if not trusted:
            obj = as_sent(obj)
        meta = dict(obj["metadata"])
        self.authorize("create", obj["kind"], meta.get("namespace", ""))
        obj = {**obj, "metadata": meta}
        with self._refusable():
            if not meta.get("name") and meta.get("generateName"):
                meta["name"] = meta["generateName"] + self.random_suffix()
            if trusted:
                meta["uid"] = self.new_uid()
            else:
                self._require_namespace(kind, meta)
                self._complete(kind, obj, managed, version or obj["apiVersion"])
                if told:
                    self._warn_of(kind.warnings(obj, None))
                self._admit_valid(kind, obj)
            if self.find(*key_of(obj)) is not None:
                raise errors.already_exists(kind.names.plural, kind.names.group, meta["name"])
        meta["creationTimestamp"] = rfc3339(self.now)
        if kind.has_generation:
            meta["generation"] = 1
        return self._store(None, obj)

    def place(self, obj: Obj, record: Obj | None = None) -> None:
        """Store an object as it was somewhere else, its uid and its instants included, and what is remembered of it."""
        self._store(None, obj)
        self.remember(key_of(obj), record)

    def _set_owners(
        self, old: Obj | None, new: Obj, managed: Obj | None = None, subresource: str = "", version: str = ""
    ) -> None:
        """Note in a client's object whose its fields are: the client's, as far as they differ from the old one's.

        What admission adds afterwards is nobody's.
        """
        from kubesim.api.managed_fields.derived import updated_by_client

        if managed:
            owners = managed["metadata"].get("managedFields")
        else:
            before = None if old is None else in_version(old, version)
            now = rfc3339(self.now)
            owners = updated_by_client(before, in_version(new, version), self.field_manager, subresource, now)
        new["metadata"].pop("managedFields", None)
        if owners is not None:
            new["metadata"]["managedFields"] = owners

    def _complete(self, kind: Kind, obj: Obj, managed: Obj | None, version: str) -> None:
        """Default, admit and validate a client's new object, in place."""
        from kubesim.api.metadata_validation import validate_metadata

        kind.prepare_for_create(obj)
        for server_set in (*SERVER_FIELDS, "resourceVersion", "selfLink"):
            obj["metadata"].pop(server_set, None)
        obj["metadata"]["uid"] = self.new_uid()  # a Job's admission selects its pods by it
        kind.default(obj)
        self._set_owners(None, obj, managed, version=version)
        kind.admit(obj, self)
        wrong = [*validate_metadata(obj, kind), *kind.validate(obj), *kind.validate_version(obj, None, version)]
        self._refuse(kind, obj, wrong)

    def _admit_valid(self, kind: Kind, obj: Obj) -> None:
        """What admission asks of a new object that is valid."""
        kind.admit_valid(obj, self)
        if kind.names.namespaced:
            from kubesim.cluster.quota import charge

            charge(self, obj)

    def update(
        self,
        obj: Obj,
        *,
        trusted: bool = False,
        managed: Obj | None = None,
        subresource: str = "",
        patched: bool = False,
        version: str = "",
        verb: str = "patch",
    ) -> Obj:
        """Replace an object but for its status; what did not change is not written.

        StatusError NotFound; Conflict where ``metadata.resourceVersion`` is given and is not the stored one's, or a uid
        that is another object's; Invalid.  ``managed`` and ``version`` are as for ``create``; ``subresource`` is the
        one by which a client writes.  ``patched`` says that the object is what a patch made of the stored one: another
        uid in it is no precondition but a change that is invalid.  ``verb`` is what the client must be allowed: patch,
        or update.
        """
        kind = kinds.load(obj["kind"])
        if not trusted:
            obj = as_sent(obj)
        key = key_of(obj)
        self.authorize(verb, *key, subresource)
        old = self.get(*key)
        self._check_version(kind, with_metadata(obj, uid=None) if patched else obj, old)
        new = self._with_server_fields(obj, old, looked_at=() if trusted else CLIENT_FIELDS)
        if trusted:
            if kind.has_status:
                new["status"] = old.get("status", {})
            changed = new.get("spec") != old.get("spec")
        else:
            with self._refusable():
                self._complete_update(kind, new, old, managed, subresource, version or obj["apiVersion"])
            changed = kind.changes_generation(new, old)
        if new == old:
            return old
        if kind.has_generation and changed:
            new["metadata"]["generation"] = old["metadata"].get("generation", 0) + 1
        if "deletionTimestamp" in new["metadata"] and not kind.is_held(new) and not self._is_ending(new):
            return self._drop(new)
        return self._store(old, new)

    @staticmethod
    def _with_server_fields(obj: Obj, old: Obj, looked_at: tuple[str, ...]) -> Obj:
        """The object with the metadata that the server keeps, and of what is ``looked_at`` what the client gives."""
        kept = {name: old["metadata"].get(name) for name in (*SERVER_FIELDS, "resourceVersion")}
        given = {name: obj["metadata"].get(name) for name in looked_at}
        return with_metadata(obj, **{**kept, **{name: value for name, value in given.items() if value}})

    def _complete_update(
        self, kind: Kind, new: Obj, old: Obj, managed: Obj | None, subresource: str, version: str
    ) -> None:
        from kubesim.api.metadata_validation import validate_metadata_update

        kind.prepare_for_update(new, old)
        kind.default(new)
        if managed is not None or new != old:
            self._set_owners(old, new, managed, subresource, version)
        kind.admit_update(new, old, self)
        wrong = [*validate_metadata_update(new, old, kind), *kind.validate_update(new, old)]
        self._refuse(kind, new, [*wrong, *kind.validate_version(new, old, version)])
        self._warn_of(kind.warnings(new, old))
        kind.admit_valid_update(new, old, self)
        if kind.names.namespaced:
            from kubesim.cluster.quota import charge_update

            charge_update(self, new, old)

    def warn_of_deprecation(self, api_version: str, kind: str) -> None:
        """Warn who asks for a kind that is on its way out."""
        warning = kinds.DEPRECATED.get((api_version, kind))
        if warning:
            self.warn(f"{api_version} {kind} is deprecated in {warning}")

    def _warn_of(self, warnings: builtins.list[str]) -> None:
        for warning in warnings:
            self.warn(warning)

    @staticmethod
    def _is_ending(obj: Obj) -> bool:
        """Whether a kubelet still has to end the object."""
        return bool(obj["metadata"].get("deletionGracePeriodSeconds"))

    @staticmethod
    def _check_version(kind: Kind, obj: Obj, old: Obj) -> None:
        given = obj["metadata"].get("resourceVersion")
        uid = obj["metadata"].get("uid")
        names, meta = kind.names, old["metadata"]
        name = meta["name"]
        if uid and uid != meta["uid"]:
            place = "/".join(filter(None, (names.plural, meta.get("namespace"), name)))
            why = (
                f"StorageError: invalid object, Code: 4, Key: /registry/{place}, ResourceVersion: 0, "
                f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, "
                f"UID in object meta: {meta['uid']}"
            )
            raise errors.conflict(names.plural, names.group, name, why)
        if given and given not in ("0", meta["resourceVersion"]):  # 0 is any
            raise errors.conflict(names.plural, names.group, name, MODIFIED)

    def update_status(self, obj: Obj, status: Obj, *, annotations: dict[str, str] | None = None) -> Obj:
        """Replace the status of the stored object of that key, and its annotations if they are given.

        An equal one is not written.
        """
        old = self.get(*key_of(obj))
        new = {**old, "status": status}
        if annotations is not None:
            new = with_metadata(new, annotations=annotations)
        return old if new == old else self._store(old, with_metadata(new))

    def update_client_status(self, old: Obj, new: Obj, *, managed: Obj | None = None) -> Obj:
        """Let a client write the status of an object, and its annotations; an equal one is not written."""
        new = as_sent(new)
        self._check_version(kinds.load(old["kind"]), new, old)
        changed = with_metadata(
            {**old, "status": new.get("status", {})}, annotations=new["metadata"].get("annotations")
        )
        if changed == old:
            return old
        self._set_owners(old, changed, managed, "status")
        return self._store(old, changed)

    def bind(self, pod: Obj, node: str, status: Obj) -> Obj:
        """Assign a pod to a node, and tell so in its status; that is no new generation. Mirrors assignPod."""
        old = self.get(*key_of(pod))
        return self._store(old, with_metadata({**old, "spec": {**old["spec"], "nodeName": node}, "status": status}))

    def delete(
        self,
        kind: str,
        namespace: str,
        name: str,
        *,
        propagation: str = "Background",
        grace: int | None = None,
        uid: str | None = None,
    ) -> Obj:
        """Delete an object as the API server does: at once, or mark it where finalizers or a kubelet hold it.

        ``grace`` is in seconds; ``propagation`` is metav1.DeletionPropagation.
        StatusError NotFound, Forbidden, Conflict.
        """
        self.authorize("delete", kind, namespace, name)
        behaviour = kinds.load(kind)
        old = self.get(kind, namespace, name)
        behaviour.admit_delete(old)
        if uid is not None:
            self._check_version(behaviour, {"metadata": {"uid": uid}}, old)
        seconds = behaviour.grace_period(old, grace)
        new = behaviour.marked(self._marked(old, seconds, propagation))
        if seconds == 0 and not behaviour.is_held(new):
            return self._drop(old)
        return old if new == old else self._store(old, new)

    def _marked(self, old: Obj, seconds: int, propagation: str) -> Obj:
        """The object with its deletion's time and finalizers; a grace period only ever gets shorter."""
        meta = old["metadata"]
        changes: Obj = {}
        finalizer = {"Foreground": "foregroundDeletion", "Orphan": "orphan"}.get(propagation)
        finalizers = meta.get("finalizers") or []
        if finalizer and finalizer not in finalizers:
            changes["finalizers"] = [*finalizers, finalizer]
        due = rfc3339(self.now + seconds * SECOND)
        if "deletionTimestamp" not in meta:
            changes.update(deletionTimestamp=due, deletionGracePeriodSeconds=seconds)
            if "generation" in meta:
                changes["generation"] = meta["generation"] + 1
        elif seconds < meta.get("deletionGracePeriodSeconds", 0):
            earlier = min(parse_time(due), parse_time(meta["deletionTimestamp"]))
            changes.update(deletionTimestamp=rfc3339(earlier), deletionGracePeriodSeconds=seconds)
        return with_metadata(old, **changes) if changes else old

    def remove(self, key: Key) -> None:
        """End an object's life for good, as the kubelet does; finalizers still hold it."""
        old = self.cabinet.find(key)
        if old is None:
            return
        if kinds.load(key.kind).is_held(old):
            self._store(old, with_metadata(old, deletionGracePeriodSeconds=0))
        else:
            self._drop(old)

    def _store(self, old: Obj | None, new: Obj) -> Obj:
        """Write a new version. ``new`` and its metadata belong to the cluster from here on."""
        if self.dry_run:
            return new
        self.head["resourceVersion"] += 1
        new["metadata"]["resourceVersion"] = str(self.head["resourceVersion"])
        self.cabinet.put(new)
        self._tell(Change(key_of(new), old, new, self.now))
        return new

    def _with_derived(self, kind: str, stored: builtins.list[Obj]) -> builtins.list[Obj]:
        """The stored objects of a kind, and those from the beginning that nobody deleted."""
        whole: builtins.list[Obj] = import_module(f"kubesim.cluster.{DERIVED[kind]}").with_local(
            stored, self.seed, self.head["epoch"]
        )
        gone = set(self.noted("deleted").get(kind, ())) - {obj["metadata"]["name"] for obj in stored}
        return [obj for obj in whole if obj["metadata"]["name"] not in gone]

    def _drop(self, old: Obj) -> Obj:
        if old["kind"] == API_SERVICE and not self.dry_run:
            from kubesim.cluster.api_services import registered_again

            again = registered_again(old, self.new_uid(), self.seed, self.now)
            if again is not None:
                return self._store(old, again)
        if self.dry_run:
            return old
        key = key_of(old)
        self.head["resourceVersion"] += 1
        if old["kind"] in DERIVED:
            self.notes("deleted").setdefault(old["kind"], {})[key.name] = True
        if self.cabinet.find(key) is not None:
            self.cabinet.take(key)
        self._tell(Change(key, old, None, self.now))
        return old

    def _tell(self, change: Change) -> None:
        self.changes.append(change)
        for observe in self.observers:
            observe(change)

    # admission

    def _require_namespace(self, kind: Kind, meta: Obj) -> None:
        """Nothing is made in a namespace that is not there or is going. Mirrors the NamespaceLifecycle plugin."""
        if not kind.names.namespaced:
            return
        namespace = self.get("Namespace", "", meta["namespace"])
        if "deletionTimestamp" in namespace["metadata"]:
            why = f"unable to create new content in namespace {meta['namespace']} because it is being terminated"
            raise errors.forbidden(kind.names.plural, kind.names.group, meta.get("name", ""), why)

    @staticmethod
    def _refuse(kind: Kind, obj: Obj, wrong: builtins.list[Any]) -> None:
        if wrong:
            causes = tuple(error.cause() for error in wrong)
            raise errors.invalid(kind.names.kind, kind.names.group, obj["metadata"].get("name", ""), causes)

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
        """As ``notes``, for who adds nothing: where there are none, none are made."""
        notes: Obj = self.head.get("notes", {}).get(name, {})
        return notes

    # identity

    @property
    def seed(self) -> int:
        return int(self.head["seed"])

    @contextmanager
    def _refusable(self) -> Iterator[None]:
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
