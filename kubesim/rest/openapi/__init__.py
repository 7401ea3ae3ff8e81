"""OpenAPI documents: what clients explain, check and merge objects by.

They are made from the tables of fields that decoding uses, and from the definitions of custom resources.
Mirrors kube-openapi's handler and handler3.
"""

from __future__ import annotations

from kubesim.errors import StatusError
from kubesim.rest.encoding import line_of
from kubesim.rest.negotiation import accepted, form_of
from kubesim.rest.openapi.documents import document, served_kinds, swagger
from kubesim.rest.request import JSON, NO_PAGE, Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.cluster import Client
    from kubesim.kinds import Names
    from kubesim.rest.request import Request

_SWAGGER_PROTOBUF = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
# A document in protobuf without definitions: kubectl asks for it where OpenAPI 3 does not know a kind, to find no more.
_EMPTY_SWAGGER = b"\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.36.2"


def answer(client: Client, request: Request, below: Sequence[str]) -> Answer:
    """The answer for what is below ``/openapi``."""
    version, *path = below
    if version == "v2" and not path:
        if any(media_type.name == _SWAGGER_PROTOBUF for media_type in accepted(request)):
            return Answer(200, _SWAGGER_PROTOBUF.replace("@", "."), _EMPTY_SWAGGER)  # no media type has an @
        form_of(request, converts=False)
        return Answer(200, JSON, line_of(swagger(client)))
    if version != "v3":
        return NO_PAGE
    if not path:
        return Answer(200, JSON, line_of({"paths": _places(client)}))
    place = "/".join(path)
    kinds = served_kinds(client).get(place)
    if kinds is None:
        return Answer(404, "", b"")
    try:
        form_of(request, converts=False)
    except StatusError:
        return Answer(406, "text/plain; charset=utf-8", b"")
    return Answer(200, JSON, line_of(document(client, kinds)))


def _places(client: Client) -> dict[str, dict[str, str]]:
    """Where the document of each group's version is."""
    return {
        place: {"serverRelativeURL": f"/openapi/v3/{place}?hash={_hash(client, place, kinds)}"}
        for place, kinds in sorted(served_kinds(client).items())
    }


def _hash(client: Client, place: str, kinds: Sequence[Names]) -> str:
    """What changes when a document does: built-in ones never do."""
    from hashlib import sha512

    versions = [place, "v1.36.2"]
    for names in kinds:
        if "." in names.key:
            definition = client.find("CustomResourceDefinition", "", names.qualified)
            versions.append(definition["metadata"]["resourceVersion"] if definition else "")
    return sha512(" ".join(versions).encode()).hexdigest().upper()
