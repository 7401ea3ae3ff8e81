"""What an update must agree with, and what it cannot change. Mirrors registry/rest/update.go and meta.go."""

from __future__ import annotations

from kubesim import errors
from kubesim.api.meta import Obj, with_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds import Names

_DIGITS = 20  # as many may be more than 64 bits
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"

#: Metadata that an update cannot change.
SERVER_FIELDS = (
    *("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "generation", "managedFields"),
)

#: Of these, those that are read from a client's object: owners of fields can be changed, the others must stay equal.
CLIENT_FIELDS = ("uid", "managedFields", "deletionTimestamp", "deletionGracePeriodSeconds")


def check_preconditions(names: Names, obj: Obj, old: Obj) -> None:
    """StatusError Conflict where the object has a uid or a resourceVersion that is not the stored one's."""
    given = obj["metadata"].get("resourceVersion")
    uid = obj["metadata"].get("uid")
    meta = old["metadata"]
    name = meta["name"]
    if uid and uid != meta["uid"]:
        place = "/".join(filter(None, (names.plural, meta.get("namespace"), name)))
        why = (
            f"StorageError: invalid object, Code: 4, Key: /registry/{place}, ResourceVersion: 0, "
            f"AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, "
            f"UID in object meta: {meta['uid']}"
        )
        raise errors.conflict(names.plural, names.group, name, why)
    if given and version_of(given) not in (0, int(meta["resourceVersion"])):  # 0 is any
        raise errors.conflict(names.plural, names.group, name, MODIFIED)


def version_of(text: str) -> int:
    """A resource version as a number; StatusError in the words of Go's strconv. Mirrors ObjectResourceVersion."""
    if text.isascii() and text.isdigit() and len(text) < _DIGITS:
        return int(text)
    from kubesim.golang.numbers import parse_uint

    try:
        return parse_uint(text)
    except ValueError as error:
        raise errors.StatusError("", str(error), 500) from error


def refuse_version(given: str) -> None:
    """StatusError for a new object that is of a version already. Mirrors the store's Create."""
    if not given:
        return
    try:
        version = version_of(given)
    except errors.StatusError:  # which upstream lets be
        return
    if version:
        raise errors.StatusError("", "resourceVersion should not be set on objects to be created", 500)


def with_server_fields(obj: Obj, old: Obj, given: tuple[str, ...] = ()) -> Obj:
    """The object with the metadata that the server keeps; of the fields ``given`` with its own, if it has them."""
    kept = {name: old["metadata"].get(name) for name in (*SERVER_FIELDS, "resourceVersion")}
    own = {name: obj["metadata"].get(name) for name in given}
    set_ = {name: value for name, value in own.items() if value or (name == "managedFields" and value == [])}
    return with_metadata(obj, selfLink=None, **{**kept, **set_})
