"""What every kind has: names, defaulting, validation, columns.

A kind's own file overrides what is peculiar to it.  All of it is pure: no I/O, no clock, no randomness; the cluster
hands in what a kind needs to know.  Mirrors upstream's registry strategies and printers.
"""

from __future__ import annotations

from kubesim.api.meta import Obj, controller_of, dig, parse_time, with_metadata
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar, Protocol

    from kubesim.api.fields import FieldError
    from kubesim.api.managed_fields.schema_types import ResourceType
    from kubesim.kinds import Names

    Objects = list[Obj]

    class Reader(Protocol):
        """What a reader may ask of the cluster. Mirrors a lister."""

        def find(self, kind: str, namespace: str, name: str) -> Obj | None: ...

        def list(self, kind: str, namespace: str | None = None) -> Objects: ...

        def owned(self, owner: Obj, kind: str) -> Objects: ...

        def events_of(self, obj: Obj) -> Objects: ...

    class Admission(Reader, Protocol):
        """What admission may ask of the cluster besides."""

        @property
        def now(self) -> int: ...

        @property
        def dry_run(self) -> bool: ...

        @property
        def warn(self) -> Callable[[str], None]: ...

        def random_suffix(self, length: int = 5) -> str: ...

        def user_info(self) -> Obj: ...


class Column(NamedTuple):
    """A column of ``get``; ``wide`` ones appear under ``-o wide`` alone."""

    name: str
    wide: bool = False


#: What is shown of an object of which nothing is known but its metadata.
PLAIN_COLUMNS = (Column("NAME"), Column("AGE"))
#: The metadata that a write of a status changes as well, where the kind does not keep it.
_CLIENT_METADATA = ("annotations", "finalizers", "labels", "ownerReferences")
#: What of it the kinds' status strategies keep. Mirrors their PrepareForUpdate, and ResetObjectMetaForStatus.
_KEPT_BY_STATUS = {
    "Deployment": ("labels",),
    "Pod": ("ownerReferences",),
    **dict.fromkeys(
        (
            *("APIService", "CustomResourceDefinition", "FlowSchema", "PodCertificateRequest"),
            *("PriorityLevelConfiguration", "ResourceClaim", "ServiceCIDR", "ValidatingAdmissionPolicy"),
            "VolumeAttachment",
        ),
        _CLIENT_METADATA,
    ),
}


class Kind:
    """A kind with generic behaviour: any object with metadata."""

    #: Whether metadata.generation counts changes of the spec.
    has_generation: bool = False
    #: Whether the object has a status that only controllers write.
    has_status: bool = False
    #: The status that a new object has.
    new_status: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, names: Names) -> None:
        self.names = names

    def served_as(self, api_version: str) -> Kind:
        """The kind as a version serves it."""
        return self

    @property
    def columns(self) -> Sequence[Column]:
        """What ``get`` prints; ``row`` gives a cell for each."""
        return PLAIN_COLUMNS

    def group_of(self, obj: Obj) -> str:
        """Which drawer of its namespace the object lies in: objects that are used together share one."""
        return ""

    def parent_of(self, obj: Obj) -> str | None:
        """The uid of the object under which this one is indexed: its controller."""
        reference = controller_of(obj)
        return None if reference is None else str(reference["uid"])

    def changes_generation(self, new: Obj, old: Obj) -> bool:
        """Whether a client's update counts as a new generation."""
        return new.get("spec") != old.get("spec")

    def is_held(self, obj: Obj) -> bool:
        """Whether finalizers keep the object from going once it is deleted."""
        return bool(obj["metadata"].get("finalizers"))

    def grace_period(self, obj: Obj, asked: int | None) -> int:
        """The seconds that the object is given to end. Mirrors a strategy's CheckGracefulDelete."""
        return 0

    def admit(self, obj: Obj, admission: Admission) -> None:
        """What the server fills in, in place, once plugins have: addresses, a status, the user that asks."""

    def admit_update(self, new: Obj, old: Obj, admission: Admission) -> None:
        """What allocators change, in place, when an object is updated."""

    def marked(self, obj: Obj) -> Obj:
        """The object once it is marked as deleted."""
        return obj

    def prepare_for_create(self, obj: Obj) -> None:
        """Drop what a client may not set, in place. Mirrors a strategy's PrepareForCreate."""
        if self.has_status:
            obj["status"] = dict(self.new_status)

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        """Keep what a client may not change, in place. Mirrors a strategy's PrepareForUpdate."""
        if self.has_status:
            new["status"] = old.get("status", {})

    def prepare_for_part(self, new: Obj, old: Obj, subresource: str) -> None:
        """The same, where a ``subresource`` is written; empty for the object itself."""
        self.prepare_for_update(new, old)

    def default(self, obj: Obj) -> None:
        """Fill in, in place, what the API server fills in."""

    def validate(self, obj: Obj) -> list[FieldError]:
        """Everything that is wrong with a new object; its metadata is validated by the cluster."""
        return []

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        """Everything that is wrong with ``new`` in the place of ``old``."""
        return self.validate(new)

    def validate_change(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:
        """The same, where a ``subresource`` is written; empty for the object itself."""
        return self.validate_update(new, old)

    def with_status(self, old: Obj, new: Obj) -> Obj:
        """What becomes of an object of which a client writes the status subresource: the status, and most metadata."""
        kept = _KEPT_BY_STATUS.get(self.names.key, ())
        metadata = {field: new["metadata"].get(field) for field in _CLIENT_METADATA if field not in kept}
        return with_metadata({**old, "status": new.get("status", {})}, **metadata)

    def read_back(self, obj: Obj) -> Obj:
        """A judged object as it is once it was written and read again: what is missing has its defaults by then."""
        return obj

    def validate_status_update(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:
        """Everything that is wrong with the status that a client wrote by a subresource."""
        return []

    def validate_version(self, new: Obj, old: Obj | None, api_version: str) -> list[FieldError]:
        """What the version asks besides in which a client sent ``new``, in the place of ``old`` (None: of nothing)."""
        return []

    def schema_type(self, api_version: str) -> ResourceType | None:
        """The type that a schema makes of objects in a version; None for kinds with a type of their own."""
        return None

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:
        """What a client is warned of that creates ``new``, or puts it in the place of ``old``.

        Mirrors a strategy's WarningsOnCreate and WarningsOnUpdate.
        """
        return []

    def row(self, obj: Obj, now: int) -> list[str]:
        """A cell for each of ``columns``, at ``now`` (ms)."""
        return self.plain_row(obj, now)

    @staticmethod
    def plain_row(obj: Obj, now: int) -> list[str]:
        """A cell for each of ``PLAIN_COLUMNS``, at ``now`` (ms)."""
        return [obj["metadata"]["name"], age_of(obj, now)]

    def in_table_order(self, objs: Objects) -> Objects:
        """A list's objects as a table has them: by name, where a kind has no order of its own."""
        return objs

    def described_columns(self) -> Sequence[Obj] | None:
        """How a Table describes the columns after the name, where objects say that; None where upstream's code does."""
        return None

    def field(self, obj: Obj, path: str) -> str | None:
        """The value of a field selector's ``path``, or None where this kind knows no such field."""
        if path == "metadata.name":
            return str(obj["metadata"]["name"])
        has_own = type(self).field is not Kind.field  # the others all know both, upstream
        if path == "metadata.namespace" and (self.names.namespaced or not has_own):
            return str(obj["metadata"].get("namespace", ""))
        return None


def age_of(obj: Obj, now: int) -> str:
    """How long ago the object was made, as a table prints it. Mirrors translateTimestampSince."""
    from kubesim.api.human_duration import human_duration

    made = dig(obj, "metadata", "creationTimestamp")
    return human_duration(now - parse_time(made)) if made else "<unknown>"
