"""What a list or a watch is asked to have in it. Mirrors metav1.ListOptions, its decoding and its validation."""

from __future__ import annotations

from kubesim import errors
from kubesim.api import fields
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.field_selectors import FieldSelector, Selectable
    from kubesim.api.meta import Obj
    from kubesim.api.selectors import Selector
    from kubesim.rest.request import Request

EXACT, NOT_OLDER_THAN = "Exact", "NotOlderThan"


class ListOptions(NamedTuple):
    """The options; ``resource_version`` and ``continue_`` are empty where they are not given, ``limit`` 0.

    ``sends_initial_events`` is None where the request does not mention them; ``timeout`` is in seconds, 0 without one.
    """

    labels: Selector
    fields: FieldSelector
    limit: int = 0
    continue_: str = ""
    resource_version: str = ""
    match: str = ""
    bookmarks: bool = False
    sends_initial_events: bool | None = None
    timeout: int = 0

    def picks(self, kind: Selectable, obj: Obj) -> bool:
        """Whether an object, as its version has it, is asked for."""
        return self.labels.matches(obj["metadata"].get("labels") or {}) and self.fields.matches(kind, obj)


def list_options(request: Request, kind: Selectable, *, watch: bool = False) -> ListOptions:
    """The options of a request; StatusError BadRequest, Invalid."""
    options = _decoded(request)
    wrong = _wrong_watch(options) if watch else _wrong_list(options)
    if wrong:
        causes = tuple(error.cause() for error in wrong)
        raise errors.invalid("ListOptions", "meta.k8s.io", "", causes)
    unknown = options.fields.unknown(kind)
    if unknown:
        raise errors.bad_request(unknown)
    return options


def _decoded(request: Request) -> ListOptions:
    from kubesim.api.field_selectors import parse_field_selector
    from kubesim.api.selector_parser import parse_selector
    from kubesim.api.selectors import SelectorError

    try:
        labels = parse_selector(request.parameter("labelSelector"))
        chosen = parse_field_selector(request.parameter("fieldSelector"))
    except SelectorError as error:
        raise errors.bad_request(error.message) from error
    asks_for_events = any(key == "sendInitialEvents" for key, _ in request.query)
    return ListOptions(
        labels,
        chosen,
        limit=number_of(request, "limit"),
        continue_=request.parameter("continue"),
        resource_version=request.parameter("resourceVersion"),
        match=request.parameter("resourceVersionMatch"),
        bookmarks=request.flag("allowWatchBookmarks"),
        sends_initial_events=request.flag("sendInitialEvents") if asks_for_events else None,
        timeout=number_of(request, "timeoutSeconds"),
    )


def number_of(request: Request, name: str) -> int:
    """A parameter that is a number, 0 if it is not there; StatusError BadRequest in the words of Go's strconv."""
    text = request.parameter(name)
    if not any(key == name for key, _ in request.query):
        return 0
    from kubesim.golang.numbers import parse_int

    try:
        return parse_int(text, base=10)
    except ValueError as error:
        raise errors.bad_request(str(error)) from None


def _wrong_list(options: ListOptions) -> list[fields.FieldError]:
    """Mirrors ValidateListOptions."""
    wrong, path = [], "resourceVersionMatch"
    match = options.match
    if match:
        if not options.resource_version:
            wrong.append(fields.forbidden(path, f"{path} is forbidden unless resourceVersion is provided"))
        if options.continue_:
            wrong.append(fields.forbidden(path, f"{path} is forbidden when continue is provided"))
        if match not in (EXACT, NOT_OLDER_THAN):
            wrong.append(fields.not_supported(path, match, [EXACT, NOT_OLDER_THAN, ""]))
        if match == EXACT and options.resource_version == "0":
            wrong.append(fields.forbidden(path, f'{path} "exact" is forbidden for resourceVersion "0"'))
    if options.sends_initial_events is not None:
        wrong.append(fields.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"))
    return wrong


def _wrong_watch(options: ListOptions) -> list[fields.FieldError]:
    """Mirrors validateWatchOptions."""
    wrong, path = [], "resourceVersionMatch"
    match, sends = options.match, options.sends_initial_events
    if sends is not None and match != NOT_OLDER_THAN:
        wrong.append(fields.forbidden(path, f"sendInitialEvents requires setting {path} to {NOT_OLDER_THAN}"))
    if match:
        if sends is None:
            why = f"{path} is forbidden for watch unless sendInitialEvents is provided"
            wrong.append(fields.forbidden(path, why))
        if match != NOT_OLDER_THAN:
            wrong.append(fields.not_supported(path, match, [NOT_OLDER_THAN]))
    if options.continue_:
        wrong.append(fields.forbidden(path, f"{path} is forbidden when continue is provided"))
    return wrong


def version_number(text: str, *, listing: bool = False) -> int:
    """A resource version as a number, 0 for none; StatusError for what is none.

    Mirrors APIObjectVersioner.ParseResourceVersion, and what becomes of its error.
    """
    if text in ("", "0"):
        return 0
    if text.isascii() and text.isdigit() and int(text) < 2**64:
        return int(text)
    from kubesim.golang.quoting import quote

    why = str(fields.invalid("resourceVersion", text, f"strconv.ParseUint: parsing {quote(text)}: invalid syntax"))
    if listing:
        raise errors.bad_request(f"invalid resource version: {why}")
    raise errors.StatusError("", why, 500)
