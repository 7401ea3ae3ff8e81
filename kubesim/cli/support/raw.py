"""``--raw``: a path of the API server's own, with the answer as it comes. Mirrors kubectl pkg/rawhttp.

The checks mirror what CreateOptions.Validate, ReplaceOptions.Validate and DeleteOptions.Validate say of it.
"""

from __future__ import annotations

from kubesim.cli.support.kubeconfig import SERVER
from kubesim.errors import StatusError, UserError, reason_of
from kubesim.golang.quoting import quote
from kubesim.startup.context_manager import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cli.command import Invocation
    from kubesim.cli.options import FileOptions
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Change, Cluster
    from kubesim.rest.logs import LogStream
    from kubesim.rest.request import Answer, Request
    from kubesim.rest.watching import Watch

URLS = ("http://", "https://")
_HEADERS = {
    "accept": "application/json, */*",
    "host": SERVER.removeprefix(URLS[1]),
    "user-agent": "kubectl/v1.36.2 (linux/amd64) kubernetes",
}
_ONE_FILE = "--raw can only use a single local file or stdin"
#: What client-go makes of an answer that is no Status. Mirrors NewGenericServerResponse.
_GENERIC = {
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", "{text}"),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", "{text}"),
    409: ("Conflict", "the server reported a conflict"),
    415: ("UnsupportedMediaType", "{text}"),
    429: (
        "TooManyRequests",
        "the server has received too many requests and has asked us to try again later",
    ),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: (
        "Timeout",
        "the server was unable to return a response in the time allotted, but may still be processing the request",
    ),
}
_MOST_TEXT = 2048  # bytes of an answer that a message has


def check(path: str, files: FileOptions, *, edit: bool = False, selector: str = "", output: str = "") -> None:
    """UserError where --raw was given along with -f: the first thing that is wrong with it."""
    filenames = files.filename
    if edit:
        raise UserError("--raw and --edit are mutually exclusive")
    if len(filenames) != 1:
        raise UserError(_ONE_FILE)
    check_file(filenames)
    for given, flag in ((files.recursive, "--recursive"), (selector, "--selector (-l)"), (output, "--output")):
        if given:
            raise UserError(f"--raw and {flag} are mutually exclusive")
    check_path(path)


def check_file(filenames: Sequence[str]) -> None:
    """UserError for what is no local file."""
    if filenames and filenames[0].startswith(URLS):
        raise UserError("--raw cannot read from a url")


def check_path(path: str) -> None:
    """UserError for a path that no request can be made for."""
    if not path.startswith(("/", *URLS)):
        raise UserError(f"--raw must be a valid URL path: parse {quote(path)}: invalid URI for request")


def send(inv: Invocation, session: Session, method: str, path: str, files: Sequence[str] = ()) -> None:
    """Send a request, with the content of a file where one is named, and print what comes; StatusError."""
    request = _request(method, path, _content(inv, files))
    if request.changes_something:
        with session.write() as client:
            _print(inv, _answered(session, client.cluster, request))
        return
    answer = _answered(session, session.read().cluster, request)
    from kubesim.rest.watching import Watch

    if isinstance(answer, Watch):
        _watch(inv, session, answer)
    else:
        _print(inv, answer)


def _request(method: str, path: str, body: bytes) -> Request:
    from kubesim.rest.request import Request

    target = path
    if path.startswith(URLS):
        target = f"/{path.partition('://')[2].partition('/')[2]}"
    return Request.of_target(method, target, _HEADERS, body)


def _content(inv: Invocation, files: Sequence[str]) -> bytes:
    """What is sent along; UserError for a file that cannot be read."""
    if not files:
        return b""
    name = files[0]
    if name == "-":
        return inv.stdin.read().encode(errors="surrogateescape")
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"open {name}: {reason_of(error)}") from None


def _answered(session: Session, cluster: Cluster, request: Request) -> Answer | Watch | LogStream:
    from kubesim.rest.api_server import answer

    return answer(cluster, request, session.client(cluster).context.user)


def _print(inv: Invocation, answer: Answer | Watch | LogStream) -> None:
    """Print an answer's content; StatusError for a refusal."""
    from kubesim.rest.logs import LogStream
    from kubesim.rest.request import Answer

    if isinstance(answer, LogStream):
        inv.out.write_data(answer.first.decode(errors="surrogateescape"))
        return
    assert isinstance(answer, Answer)
    for name, value in answer.headers:
        if name == "Warning":
            inv.warn(_warning(value))
    if answer.status >= 400:
        raise _refusal(answer)
    inv.out.write_data(answer.body.decode(errors="surrogateescape"))


def _warning(value: str) -> str:
    """The text of a Warning header."""
    return value.partition('"')[2].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")


def _refusal(answer: Answer) -> StatusError:
    """A refusal as client-go reads it: a Status, or whatever a server in a pod answered."""
    if answer.content_type == "application/json":
        from kubesim.startup.json_text import loads

        with suppress(ValueError):
            status = loads(answer.body)
            if isinstance(status, dict) and status.get("kind") == "Status":
                return StatusError(status.get("reason", ""), status["message"], answer.status)
    is_text = answer.content_type.startswith("text/")
    text = answer.body[:_MOST_TEXT].decode(errors="replace").strip() if is_text else "unknown"
    unknown = f"the server responded with the status code {answer.status} but did not return more information"
    reason, message = _GENERIC.get(answer.status, ("", unknown))
    if answer.status not in _GENERIC and answer.status >= 500:
        reason, message = (
            "InternalError",
            f"an error on the server ({quote(text)}) has prevented the request from succeeding",
        )
    return StatusError(reason, text if message == "{text}" else message, answer.status)


def _watch(inv: Invocation, session: Session, watch: Watch) -> None:
    """Print the events of a watch as they come: where the clock jumps, until the cluster is at rest."""
    timeout = watch.options.timeout * 1000 or session.request_timeout
    with session.follow(watch.kind) as follower:
        watch.adopt(follower.cluster)
        missed: list[tuple[Change, int]] | None = (
            [] if watch.since == int(follower.cluster.head["resourceVersion"]) else None
        )
        for line in watch.begin(missed):
            inv.out.write_data(line.decode())
        inv.out.flush()
        for change in follower.changes_until_rest(timeout):
            watch.adopt(follower.cluster)
            version = int(follower.cluster.head["resourceVersion"])
            for line in watch.events(change, version):
                inv.out.write_data(line.decode())
            inv.out.flush()
