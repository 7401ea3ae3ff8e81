"""The options of a write, beside its object. Mirrors metav1's CreateOptions, PatchOptions, DeleteOptions."""

from __future__ import annotations

from kubesim import errors
from kubesim.api import fields
from kubesim.rest.request import Request
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call

_VALIDATIONS = ("Ignore", "Strict", "Warn")
_MOST = 128  # bytes of a manager's name
_POLICIES = ("Foreground", "Background", "Orphan")
#: Kinds whose dependents stay where a request names no policy. Mirrors DefaultGarbageCollectionPolicy.
_ORPHANING = ("Job", "ReplicationController")


def check_write_options(request: Request, kind: str, *, patch_type: str | None = None) -> None:
    """StatusError Invalid for the options of a write, of a ``kind`` such as CreateOptions.

    ``patch_type`` is a patch's. Mirrors ValidateCreateOptions and its like.
    """
    wrong = _wrong_patch(request, patch_type) if patch_type is not None else []
    manager = request.parameter("fieldManager")
    if len(manager.encode()) > _MOST:
        wrong.append(fields.too_long("fieldManager", _MOST))
    for position, character in enumerate(manager):
        if not character.isprintable():
            why = f"invalid character U+{ord(character):04X} (at position {position})"
            wrong.append(fields.invalid("fieldManager", manager, why))
    wrong += _wrong_dry_run(request.parameters("dryRun"))
    validation = request.parameter("fieldValidation")
    if validation and validation not in _VALIDATIONS:
        wrong.append(fields.not_supported("fieldValidation", validation, ["", *_VALIDATIONS]))
    if wrong:
        raise errors.invalid(kind, "meta.k8s.io", "", tuple(error.cause() for error in wrong))


def _wrong_patch(request: Request, patch_type: str) -> list[fields.FieldError]:
    if patch_type != "application/apply-patch+yaml":
        asks = any(key == "force" for key, _ in request.query)
        return [fields.forbidden("force", "may not be specified for non-apply patch")] if asks else []
    if request.parameter("fieldManager"):
        return []
    return [fields.required("fieldManager", "is required for apply patch")]


def manager_of(request: Request) -> str:
    """The owner of the fields that a request sets: a parameter, or the program. Mirrors managerOrUserAgent."""
    given = request.parameter("fieldManager")
    if given:
        return given
    program = request.header("user-agent").partition("/")[0]
    printable = "".join(filter(str.isprintable, program))
    return printable.encode()[:_MOST].decode(errors="ignore") or "unknown"


class DeleteOptions(NamedTuple):
    """How an object is deleted; ``grace`` is in seconds, None for the object's own. Empty texts ask for nothing."""

    propagation: str
    grace: int | None = None
    uid: str = ""
    resource_version: str = ""
    dry_run: bool = False


def delete_options(call: Call) -> DeleteOptions:
    """The options in a request's body or, without one, in its query; StatusError BadRequest, Invalid."""
    given = _given(call)
    wrong = _wrong_deletion(given)
    if wrong:
        raise errors.invalid("DeleteOptions", "meta.k8s.io", "", tuple(error.cause() for error in wrong))
    preconditions = given.get("preconditions") or {}
    return DeleteOptions(
        _propagation(call, given),
        given.get("gracePeriodSeconds"),
        preconditions.get("uid") or "",
        preconditions.get("resourceVersion") or "",
        bool(given.get("dryRun")),
    )


def _propagation(call: Call, given: Obj) -> str:
    policy = given.get("propagationPolicy")
    if policy:
        return str(policy)
    orphans = given.get("orphanDependents")
    if orphans is None:
        orphans = call.names.key in _ORPHANING
    return "Orphan" if orphans else "Background"


def _given(call: Call) -> Obj:
    request = call.request
    if not request.body:
        return _in_query(request)
    from kubesim.api.decode import IGNORE, DecodeError, decode_as
    from kubesim.api.schema import type_named
    from kubesim.rest.bodies import read_data

    read = read_data(request, "v1", "DeleteOptions")
    if not isinstance(read, dict):
        raise errors.bad_request("decoded object cannot be converted to DeleteOptions")
    try:
        return decode_as(read, type_named("meta/v1.DeleteOptions"), strict=IGNORE).obj
    except DecodeError as error:
        raise errors.bad_request(str(error)) from error


def _in_query(request: Request) -> Obj:
    from kubesim.rest.list_options import number_of

    given: Obj = {"dryRun": request.parameters("dryRun"), "propagationPolicy": request.parameter("propagationPolicy")}
    if request.parameter("gracePeriodSeconds"):
        given["gracePeriodSeconds"] = number_of(request, "gracePeriodSeconds")
    if request.parameter("orphanDependents"):
        given["orphanDependents"] = request.flag("orphanDependents")
    return given


def _wrong_deletion(given: Obj) -> list[fields.FieldError]:
    """Mirrors ValidateDeleteOptions."""
    wrong = []
    policy = given.get("propagationPolicy")
    if policy and given.get("orphanDependents") is not None:
        why = "orphanDependents and deletionPropagation cannot be both set"
        wrong.append(fields.invalid("propagationPolicy", policy, why))
    if policy and policy not in _POLICIES:
        wrong.append(fields.not_supported("propagationPolicy", policy, [*_POLICIES, "nil"]))
    return wrong + _wrong_dry_run(given.get("dryRun") or [])


def _wrong_dry_run(values: list[str]) -> list[fields.FieldError]:
    return [] if all(value == "All" for value in values) else [fields.not_supported("dryRun", values, ["All"])]
