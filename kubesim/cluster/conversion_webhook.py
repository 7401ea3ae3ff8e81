"""Webhooks that convert custom resources from one version into another.

One that can be reached, and whose program is not known, is taken for one that changes nothing but the version.
Mirrors apiextensions-apiserver's pkg/apiserver/conversion/webhook_converter.go.
"""

from __future__ import annotations

from kubesim.api.identity import hex_digest
from kubesim.cluster.webhook_address import unreachable, url_of
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Reader

_VERSIONS = ("v1", "v1beta1")  # of ConversionReviews
TIMEOUT = 30  # seconds


def converted(
    client: Reader, webhook: Obj, obj: Obj, version: str, call: Callable[[Obj], Obj | str | None]
) -> Obj | str:
    """The object in a version (``g/v``); why it could not be converted.

    ``call`` gives what is answered to a review, why nothing is, or None where nobody knows.
    """
    config = webhook["clientConfig"]
    sent = next((one for one in webhook.get("conversionReviewVersions") or () if one in _VERSIONS), "v1")
    uid = hex_digest(0, f"{obj['metadata'].get('uid', '')}/{version}", 32)
    review = {
        "apiVersion": f"apiextensions.k8s.io/{sent}",
        "kind": "ConversionReview",
        "request": {"uid": uid, "desiredAPIVersion": version, "objects": [obj]},
    }
    found = unreachable(config, client) or call(review)
    if not found:
        return {**obj, "apiVersion": version}
    if isinstance(found, str):
        return f"Post {quote(f'{url_of(config)}?timeout={TIMEOUT}s')}: {found}"
    return _read(found.get("response") or {}, uid, version)


def _read(response: Obj, uid: str, version: str) -> Obj | str:
    """Mirrors getConvertedObjectsFromResponse, for one object."""
    if response.get("uid", "") != uid:
        return f"expected response.uid={quote(uid)}, got {quote(response.get('uid', ''))}"
    result = response.get("result") or {}
    if result.get("status") != "Success":
        return str(result.get("message") or "response.result.status was not Success")
    objects = response.get("convertedObjects") or []
    if len(objects) != 1:
        return f"webhook returned {len(objects)} objects, expected 1"
    made: Obj = objects[0]
    if made.get("apiVersion") != version:
        return f"webhook returned invalid converted object at index 0: invalid groupVersion (expected {version})"
    return made
