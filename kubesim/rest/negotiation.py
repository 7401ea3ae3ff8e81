"""In what form a client wants its answer. Mirrors apiserver's pkg/endpoints/handlers/negotiation."""

from __future__ import annotations

from kubesim.errors import StatusError
from kubesim.rest.request import JSON
from kubesim.rest.statuses import method_not_allowed
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.rest.request import Request

YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
META_GROUP = "meta.k8s.io"
TABLE, PARTIAL, PARTIAL_LIST = "Table", "PartialObjectMetadata", "PartialObjectMetadataList"
NOT_ACCEPTED = f"only the following media types are accepted: {JSON}, {YAML}, {PROTOBUF}"
_ONLY_READ = f"kubesim reads {PROTOBUF}, and answers in others: {JSON}, {YAML}"
_STREAMS = (f"{JSON};stream=watch", f"{PROTOBUF};stream=watch")
_NO_STREAM = f"only the following media types are accepted: {', '.join(_STREAMS)}"
#: What routes produce: those of objects, those that list objects or watch them, and a log's.
OBJECTS = (JSON, YAML, PROTOBUF)
LISTS = (*OBJECTS, *_STREAMS)
LOGS = ("text/plain", *OBJECTS)
#: Whose answers are made for people to read.
_PEOPLE = ("curl", "Wget", "Mozilla/5.0")


class MediaType(NamedTuple):
    """One of the forms that a client accepts: ``application/json;as=Table;v=v1;g=meta.k8s.io``."""

    name: str
    parameters: dict[str, str]

    @property
    def converted(self) -> str:
        """As what the answer is wanted instead of its own kind, empty if it is not."""
        return self.parameters.get("as", "")

    @property
    def is_converted(self) -> bool:
        """Whether the answer is wanted as something else, be it known or not."""
        return any(name in self.parameters for name in ("as", "g", "v"))

    @property
    def meta_version(self) -> str:
        """``meta.k8s.io/v1``: the version of what it is converted to."""
        return f"{self.parameters.get('g', '')}/{self.parameters.get('v', '')}"


class Form(NamedTuple):
    """The form of an answer: its media type, and whether it is laid out for people."""

    media_type: MediaType
    pretty: bool = False

    @property
    def is_yaml(self) -> bool:
        return self.media_type.name == YAML


def require_produced(request: Request, produces: Sequence[str]) -> None:
    """StatusError NotAcceptable for who accepts nothing that a route produces. Mirrors go-restful's matchesAccept."""
    names = [clause.partition(";")[0].strip() for clause in (request.header("accept") or "*/*").split(",")]
    if "*/*" not in names and not any(name in produces for name in names):
        why = f"406: Not Acceptable\n\nAvailable representations: {', '.join(produces)}"
        raise StatusError("NotAcceptable", why, 406)


def require_get(request: Request, produces: Sequence[str]) -> None:
    """What a path gives to the method GET alone; StatusError MethodNotAllowed, NotAcceptable."""
    if request.method != "GET":
        raise method_not_allowed()
    require_produced(request, produces)


def form_of(request: Request, *, converts: bool = True, streams: bool = False) -> Form:
    """The first form that the server can give, a conversion only of a resource, which it ``converts``.

    ``streams``: it is for the events of a watch. StatusError NotAcceptable.
    """
    choices = accepted(request)
    for media_type in choices:
        if media_type.is_converted and not (converts and _is_known(media_type)):
            continue
        if media_type.name == YAML and streams:
            raise StatusError("NotAcceptable", _NO_STREAM, 406)
        if media_type.name == JSON or (media_type.name == YAML and "stream" not in media_type.parameters):
            return Form(media_type, is_pretty(request, media_type))
        if media_type.name in ("*/*", "application/*"):
            return Form(media_type._replace(name=JSON), is_pretty(request, media_type))
    if any(media_type.name == PROTOBUF for media_type in choices):
        raise StatusError("NotAcceptable", _ONLY_READ, 406)
    raise StatusError("NotAcceptable", NOT_ACCEPTED, 406)


def _is_known(media_type: MediaType) -> bool:
    versions = (f"{META_GROUP}/v1", f"{META_GROUP}/v1beta1")
    return media_type.converted in (TABLE, PARTIAL, PARTIAL_LIST) and media_type.meta_version in versions


def accepted(request: Request) -> list[MediaType]:
    """What the client accepts, best first; anything if it does not say."""
    text = request.header("accept") or "*/*"
    found = []
    for clause in text.split(","):
        name, *rest = (part.strip() for part in clause.split(";"))
        given = dict(part.partition("=")[::2] for part in rest if part)
        found.append((-_quality(given.get("q", "1")), MediaType(name, given)))
    return [media_type for _, media_type in sorted(found, key=lambda pair: pair[0])]


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def is_pretty(request: Request, media_type: MediaType) -> bool:
    """Whether JSON is to be laid out: if asked for, or for the programs of people. Mirrors isPrettyPrint."""
    if media_type.parameters.get("pretty") == "1":
        return True
    if any(key == "pretty" for key, _ in request.query):
        return request.parameter("pretty") in ("1", "true", "t", "T", "TRUE", "True")
    return request.header("user-agent").startswith(_PEOPLE)
