"""OpenAPI documents: what clients explain, check and merge objects by.

They are made from the tables of fields that decoding uses, and from the definitions of custom resources.
Mirrors kube-openapi's handler and handler3.
"""

from __future__ import annotations

from time import gmtime, strftime

from kubesim.api.meta import SECOND
from kubesim.rest.encoding import line_of
from kubesim.rest.entity_tags import digest_of, is_known, tag_of
from kubesim.rest.negotiation import accepted
from kubesim.rest.openapi.documents import document, served_kinds, swagger
from kubesim.rest.request import JSON, NO_PAGE, PLAIN, Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Client
    from kubesim.kinds import Names
    from kubesim.rest.request import Request

_SWAGGER_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
_YEAR = 365 * 24 * 3600  # s
# A document in protobuf without definitions: kubectl asks for it where OpenAPI 3 does not know a kind, to find no more.
_EMPTY_SWAGGER = b"\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.36.2"


def answer(client: Client, request: Request, below: Sequence[str]) -> Answer:
    """The answer for what is below ``/openapi``."""
    version, *path = below
    if version == "v2" and not path:
        return _swagger(client, request)
    if version != "v3":
        return NO_PAGE
    if not path:  # whose type Go guesses
        return Answer(200, PLAIN, line_of({"paths": _places(client)}))
    place = "/".join(path)
    kinds = served_kinds(client).get(place)
    if kinds is None:
        return Answer(404, "", b"")
    return _document(client, request, place, kinds)


def _swagger(client: Client, request: Request) -> Answer:
    if any(media_type.name == _SWAGGER_PROTOBUF for media_type in accepted(request)):
        return Answer(200, _SWAGGER_PROTOBUF.replace("@", "."), _EMPTY_SWAGGER)  # no media type has an @
    if not _takes_json(request):
        return Answer(406, "", b"")
    body = line_of(swagger(client))
    headers = (("ETag", tag_of(body)), ("Vary", "Accept"))
    if is_known(request, tag_of(body)):
        return Answer(304, "", b"", headers)
    return Answer(200, JSON, body, headers, compresses=True)


def _document(client: Client, request: Request, place: str, kinds: Sequence[Names]) -> Answer:
    """A group's document; one that is asked for by its hash never changes. Mirrors HandleGroupVersion."""
    if not _takes_json(request):
        return Answer(406, "", b"")
    own, asked = _hash(client, place, kinds), request.parameter("hash")
    headers: tuple[tuple[str, str], ...] = (("ETag", f'"{own}"'), ("Vary", "Accept"))
    if asked and asked != own:
        return Answer(301, JSON, b"", (("Location", f"{request.root}/openapi/v3/{place}?hash={own}"), *headers))
    if asked:
        expires = strftime("%a, %d %b %Y %H:%M:%S UTC", gmtime(client.now // SECOND + _YEAR))
        headers = (*headers, ("Cache-Control", "public, immutable"), ("Expires", expires))
    if is_known(request, f'"{own}"'):
        return Answer(304, "", b"", headers)
    return Answer(200, JSON, line_of(document(client, kinds)), headers)


def _takes_json(request: Request) -> bool:
    return any(media_type.name in (JSON, "application/*", "*/*") for media_type in accepted(request))


def _places(client: Client) -> dict[str, dict[str, str]]:
    """Where the document of each group's version is."""
    return {
        place: {"serverRelativeURL": f"/openapi/v3/{place}?hash={_hash(client, place, kinds)}"}
        for place, kinds in sorted(served_kinds(client).items())
    }


def _hash(client: Client, place: str, kinds: Sequence[Names]) -> str:
    """What changes when a document does: built-in ones never do."""
    versions = [place, "v1.36.2"]
    for names in kinds:
        if "." in names.key:
            definition = client.find("CustomResourceDefinition", "", names.qualified)
            versions.append(definition["metadata"]["resourceVersion"] if definition else "")
    return digest_of(" ".join(versions).encode())
