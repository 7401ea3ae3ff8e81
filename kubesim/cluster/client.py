"""The API server as a client sees it: what it writes is authorized, defaulted, admitted, validated, and warned of.

Mirrors apiserver's endpoints/handlers with registry/rest's BeforeCreate and BeforeUpdate.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import KUBERNETES_VERSIONS, Obj, key_of, rfc3339, with_metadata
from kubesim.api.wire import as_sent
from kubesim.cluster.request_context import RequestContext
from kubesim.kinds import DEPRECATED

TYPE_CHECKING = False
if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Sequence

    from kubesim.api.fields import FieldError
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.cluster import Cluster
    from kubesim.cluster.drawers import Head
    from kubesim.cluster.identity import Identity
    from kubesim.cluster.kinds import Kinds
    from kubesim.kinds.base import Kind


#: The kinds that grant rights.
GRANTING = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")


class Client:
    """A way into ``cluster`` for requests of one ``context``; reads are the cluster's own."""

    __slots__ = ("cluster", "context")

    def __init__(self, cluster: Cluster, context: RequestContext | None = None) -> None:
        self.cluster = cluster
        self.context = context or RequestContext()

    # what the cluster knows

    @property
    def head(self) -> Head:
        """The head of the cluster's state."""
        return self.cluster.head

    @property
    def now(self) -> int:
        """The cluster's instant, in ms since the epoch."""
        return self.cluster.now

    @property
    def profile(self) -> str:
        return self.cluster.profile

    @property
    def kinds(self) -> Kinds:
        """The kinds that the cluster serves."""
        return self.cluster.kinds

    def find(self, kind: str, namespace: str, name: str) -> Obj | None:
        return self.cluster.find(kind, namespace, name)

    def get(self, kind: str, namespace: str, name: str) -> Obj:
        """The object of that name; StatusError NotFound."""
        return self.cluster.get(kind, namespace, name)

    def list(self, kind: str, namespace: str | None = None) -> builtins.list[Obj]:
        """Every object of a kind, sorted by namespace and name; ``None`` means all namespaces."""
        return self.cluster.list(kind, namespace)

    def owned(self, owner: Obj, kind: str) -> builtins.list[Obj]:
        """The objects of a kind that ``owner`` controls."""
        return self.cluster.owned(owner, kind)

    def events_of(self, obj: Obj) -> builtins.list[Obj]:
        """The Event objects about ``obj`` that have not expired."""
        return self.cluster.events_of(obj)

    # the request

    @property
    def user(self) -> Identity:
        """The user who asks."""
        if self.context.user is not None:
            return self.context.user
        from kubesim.cluster.identity import administrator, controller

        account = self.context.account
        return controller(account) if account else administrator(self.cluster.seed)

    def user_info(self) -> Obj:
        """The user who asks, as the API server writes it."""
        from kubesim.cluster.identity import user_info

        return user_info(self.user)

    @property
    def dry_run(self) -> bool:
        """Whether writes are answered only."""
        return self.context.dry_run

    @property
    def warn(self) -> Callable[[str], None]:
        """Passes on a warning of the API server."""
        return self.context.warn

    def random_suffix(self, length: int = 5) -> str:
        """Letters for what the API server generates."""
        return self.cluster.random_suffix(length)

    def authorize(
        self, verb: str, kind: str, namespace: str | None, name: str = "", subresource: str = "", fields: str = ""
    ) -> None:
        """StatusError Forbidden unless the user may do that; in all namespaces for None. Mirrors WithAuthorization.

        StatusError as well where a fault lets the request fail.
        """
        if self.cluster.noted("faults") and not self.context.account:
            from kubesim.cluster.failing_requests import fail_by_chance

            fail_by_chance(self.cluster, verb, self.kinds.names_of(kind), name)
        self.require_right(verb, kind, namespace, name, subresource, fields)

    def require_right(
        self, verb: str, kind: str, namespace: str | None, name: str = "", subresource: str = "", fields: str = ""
    ) -> None:
        """StatusError Forbidden unless the user may do that, for what is no request of its own."""
        if self.context.user is not None:
            from kubesim.cluster.authorizer import require

            require(
                self.cluster, self.context.user, verb, self.kinds.names_of(kind), namespace, name, subresource, fields
            )

    def warn_of_deprecation(self, api_version: str, kind: str) -> None:
        """Warn of a kind that is on its way out."""
        warning = DEPRECATED.get((api_version, kind))
        if warning:
            self.warn(f"{api_version} {kind} is deprecated in {warning}")
        elif api_version not in KUBERNETES_VERSIONS:
            names = self.kinds.names_for(api_version, kind)
            words = dict(names.deprecations).get(names.version) if names is not None else None
            if words is not None:
                self.warn(words)

    # writing

    def create(self, obj: Obj, *, managed: Obj | None = None, version: str = "", refuses_version: bool = False) -> Obj:
        """Store a new object; StatusError AlreadyExists, Invalid, NotFound (its namespace), Forbidden.

        ``managed`` is an object whose managedFields the new one gets: server-side apply has worked them out.
        ``version`` is the apiVersion in which the object was sent, if that is not its own.  A resourceVersion is
        dropped, as clients do, or refused, as the server does.
        """
        from kubesim.cluster import admission
        from kubesim.cluster.preconditions import refuse_version

        version = version or obj["apiVersion"]
        kind = self.kinds.of(obj).served_as(version)
        obj = as_sent(obj)
        self.authorize("create", kind.names.key, obj["metadata"].get("namespace", ""))
        given = obj["metadata"].get("resourceVersion", "")
        obj = {**obj, "metadata": dict(obj["metadata"])}
        with self.cluster.refusable():
            self._complete(kind, obj, managed, version)
            self._warn_of(kind.warnings(obj, None))
            admission.validate(self._request(admission.CREATE, obj), self)
            self._charge(kind, obj)
            if refuses_version and not self.dry_run:
                refuse_version(given)
            self.cluster.require_absent(obj)
        return self.cluster.begin(kind.read_back(obj), dry_run=self.dry_run)

    def update(
        self,
        obj: Obj,
        *,
        managed: Obj | None = None,
        subresource: str = "",
        patched: bool = False,
        version: str = "",
        verb: str = "patch",
    ) -> Obj:
        """Replace an object but for its status; what did not change is not written.

        StatusError NotFound; Conflict where ``metadata.resourceVersion`` is given and is not the stored one's, or a uid
        that is another object's; Invalid.  ``managed`` and ``version`` are as for ``create``; ``subresource`` is the
        one that is written.  ``patched`` says that the object is what a patch made of the stored one: another uid in it
        is no precondition but a change that is invalid.  ``verb`` is what the user must be allowed: patch, or update.
        """
        from kubesim.cluster.preconditions import CLIENT_FIELDS, check_preconditions, with_server_fields

        version = version or obj["apiVersion"]
        kind = self.kinds.of(obj).served_as(version)
        obj = as_sent(obj)
        key = key_of(obj)
        self.authorize(verb, *key, subresource)
        old = self.get(*key)
        check_preconditions(kind.names, with_metadata(obj, uid=None) if patched else obj, old)
        new = with_server_fields(obj, old, given=CLIENT_FIELDS)
        with self.cluster.refusable():
            self._complete_update(kind, new, old, managed, subresource, version)
        is_new = kind.changes_generation(new, old)
        return self.cluster.replace(old, new, is_new_generation=is_new, dry_run=self.dry_run)

    def update_status(
        self,
        old: Obj,
        new: Obj,
        *,
        managed: Obj | None = None,
        version: str = "",
        subresource: str = "status",
        verb: str = "patch",
    ) -> Obj:
        """Write the status of an object, and what else its kind lets be written with it; an equal one is not written.

        ``version`` is the apiVersion in which it was sent, if that is not the stored one's.  ``subresource`` may be
        another one by which a status is written: approval.  StatusError.
        """
        from kubesim.api.metadata_validation import validate_metadata_update
        from kubesim.cluster import admission
        from kubesim.cluster.preconditions import check_preconditions

        version = version or old["apiVersion"]
        kind = self.kinds.of(old).served_as(version)
        new = as_sent(new)
        self.authorize(verb, *key_of(old), subresource)
        check_preconditions(kind.names, new, old)
        changed = kind.with_status(old, new)
        if changed == old:
            return old
        changed = with_metadata(changed)
        self._set_owners(old, changed, managed, "status", version)
        request = self._request(admission.UPDATE, changed, old, subresource)
        admission.mutate(request, self)
        wrong = [] if kind.names.is_custom else validate_metadata_update(changed, old, kind)
        _refuse(kind, changed, [*wrong, *kind.validate_status_update(changed, old, subresource)])
        admission.validate(request, self)
        changed = kind.read_back(changed)
        if self.dry_run:
            return changed
        if "spec" in changed:  # another object, by which its controller sees that the status is not its own
            changed = {**changed, "spec": dict(changed["spec"])}
        return self.cluster.replace(old, changed, is_new_generation=False)

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
        """Delete an object: at once, or mark it where finalizers or a kubelet hold it.

        ``grace`` is in seconds; ``propagation`` is metav1.DeletionPropagation.
        StatusError NotFound, Forbidden, Conflict.
        """
        from kubesim.cluster import admission

        self.authorize("delete", kind, namespace, name)
        request = self._request(admission.DELETE, None, self.get(kind, namespace, name))
        admission.mutate(request, self)
        admission.validate(request, self)
        return self.cluster.delete(
            kind, namespace, name, propagation=propagation, grace=grace, uid=uid, dry_run=self.dry_run
        )

    def connect(self, pod: Obj, subresource: str, options: Obj) -> None:
        """Ask for a connection to a pod: exec, attach or portforward, with ``options`` of the subresource's own kind.

        StatusError Forbidden.  Mirrors ConnectResource.
        """
        from kubesim.cluster import admission

        meta = pod["metadata"]
        self.authorize("create", "Pod", meta["namespace"], meta["name"], subresource)
        names = self.kinds.names_of("Pod")
        request = admission.Attributes(
            admission.CONNECT, names, meta["namespace"], meta["name"], options, None, subresource
        )
        admission.mutate(request, self)
        admission.validate(request, self)

    # what becomes of an object before it is stored

    def _request(self, operation: str, new: Obj | None, old: Obj | None = None, subresource: str = "") -> Attributes:
        """What admission plugins are asked about."""
        from kubesim.cluster import admission

        obj = new or old or {}
        meta = obj["metadata"]
        names = self.kinds.of(obj).names
        name = meta.get("name", "")
        return admission.Attributes(operation, names, meta.get("namespace", ""), name, new, old, subresource)

    def _complete(self, kind: Kind, obj: Obj, managed: Obj | None, version: str) -> None:
        """Default, admit and validate a new object, in place."""
        from kubesim.api.metadata_validation import validate_metadata
        from kubesim.cluster import admission
        from kubesim.cluster.preconditions import SERVER_FIELDS

        kind.prepare_for_create(obj)
        for server_set in (*SERVER_FIELDS, "resourceVersion", "selfLink"):
            if server_set != "generation" or kind.has_generation:  # which is as given where nobody counts
                obj["metadata"].pop(server_set, None)
        obj["metadata"]["uid"] = self.cluster.new_uid()  # a Job's admission selects its pods by it
        kind.default(obj)
        self._set_owners(None, obj, managed, "", version)
        admission.mutate(self._request(admission.CREATE, obj), self)
        self.cluster.generate_name(obj)
        self._refuse_escalation(kind, obj)
        kind.admit(obj, self)
        wrong = [*validate_metadata(obj, kind), *kind.validate(obj), *kind.validate_version(obj, None, version)]
        _refuse(kind, obj, wrong)

    def _complete_update(
        self, kind: Kind, new: Obj, old: Obj, managed: Obj | None, subresource: str, version: str
    ) -> None:
        """Default, admit and validate a changed object, in place."""
        from kubesim.api.metadata_validation import validate_metadata_update
        from kubesim.cluster import admission

        kind.prepare_for_part(new, old, subresource)
        kind.default(new)
        if managed is not None or new != old:
            self._set_owners(old, new, managed, subresource, version)
        request = self._request(admission.UPDATE, new, old, subresource)
        admission.mutate(request, self)
        self._refuse_escalation(kind, new, old)
        kind.admit_update(new, old, self)
        wrong = [*validate_metadata_update(new, old, kind), *kind.validate_change(new, old, subresource)]
        _refuse(kind, new, [*wrong, *kind.validate_version(new, old, version)])
        self._warn_of(kind.warnings(new, old))
        admission.validate(request, self)
        self._charge(kind, new, old)

    def _refuse_escalation(self, kind: Kind, new: Obj, old: Obj | None = None) -> None:
        """StatusError Forbidden for rights that the user grants and does not have."""
        if self.context.user is not None and kind.names.key in GRANTING:
            from kubesim.cluster.escalation import refuse_escalation

            refuse_escalation(self, self.context.user, kind.names, new, old)

    def _set_owners(self, old: Obj | None, new: Obj, managed: Obj | None, subresource: str, version: str) -> None:
        """Record, in place, the manager as the owner of the fields in which the new object differs from the old one.

        What admission adds afterwards has no owner.
        """
        owners = None
        if managed is not None:
            owners = managed["metadata"].get("managedFields")
        elif self.context.field_manager:
            from kubesim.api.managed_fields.derived import updated_by_client

            before = None if old is None else self.kinds.in_version(old, version)
            manager, now = self.context.field_manager, rfc3339(self.now)
            type_ = self.kinds.of(new).schema_type(version)
            new_version = self.kinds.in_version(new, version)
            owners = updated_by_client(before, new_version, manager, subresource, now, type_)
        new["metadata"].pop("managedFields", None)
        if owners is not None:
            new["metadata"]["managedFields"] = owners

    def _charge(self, kind: Kind, obj: Obj, old: Obj | None = None) -> None:
        """Charge the object to the quotas of its namespace; StatusError Forbidden where one would be exceeded."""
        if not kind.names.namespaced:
            return
        from kubesim.cluster.quota import charges

        for quota, status in charges(self, kind.names, obj, old):
            if not self.dry_run:
                self.cluster.update_status(quota, status)

    def _warn_of(self, warnings: Sequence[str]) -> None:
        for warning in warnings:
            self.warn(warning)


def _refuse(kind: Kind, obj: Obj, wrong: Sequence[FieldError]) -> None:
    if wrong:
        causes = tuple(error.cause() for error in wrong)
        raise errors.invalid(kind.names.kind, kind.names.group, obj["metadata"].get("name", ""), causes)
