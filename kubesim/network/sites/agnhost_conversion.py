"""agnhost's ``crd-conversion-webhook``: how it converts the example of Kubernetes' tests.

Mirrors test/images/agnhost/crd-conversion-webhook.
"""

from __future__ import annotations

from kubesim.golang.json import dumps, loads
from kubesim.network.sites.site import go_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.network.http import Request, Response
    from kubesim.network.sites.site import Site

_V1, _V2 = "stable.example.com/v1", "stable.example.com/v2"


def answer(site: Site, request: Request) -> Response | None:
    """Its answer to a ConversionReview, ``ok`` to a probe; what else it is asked is not known."""
    if request.bare_path == "/readyz":
        return go_text(site, "ok")
    if request.bare_path != "/crdconvert":
        return go_text(site, "404 page not found\n", 404)
    try:
        review = loads(request.body)
    except ValueError:
        return None
    asked = review["request"]
    made = [_converted(obj, asked["desiredAPIVersion"]) for obj in asked["objects"]]
    wrong = next((one for one in made if isinstance(one, str)), None)
    result = {"status": "Success"} if wrong is None else {"status": "Failure", "message": wrong}
    response = {"uid": asked["uid"], "convertedObjects": made if wrong is None else [], "result": result}
    answered = {**review, "request": {"uid": "", "desiredAPIVersion": "", "objects": None}, "response": response}
    return go_text(site, dumps(answered), kind="application/json")


def _converted(obj: Obj, version: str) -> Obj | str:
    """Mirrors convertExampleCRD."""
    before = obj["apiVersion"]
    if before == version:
        return f"conversion from a version to itself should not call the webhook: {version}"
    if before not in (_V1, _V2):
        return f'unexpected conversion version "{before}"'
    if version not in (_V1, _V2):
        return f'unexpected conversion version "{version}"'
    made = {**obj, "apiVersion": version}
    if before == _V1:
        return _split(made) if "hostPort" in made else made
    host, port = made.pop("host", None), made.pop("port", None)
    return made if host is None and port is None else {**made, "hostPort": f"{host or ''}:{port or ''}"}


def _split(obj: Obj) -> Obj | str:
    text = obj.pop("hostPort")
    parts = text.split(":")
    if len(parts) != 2:
        return f"invalid hostPort value `{text}`"
    return {**obj, "host": parts[0], "port": parts[1]}
