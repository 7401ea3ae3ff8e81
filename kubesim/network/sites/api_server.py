"""What the API server answers to those who ask it over HTTPS, as far as it needs no objects."""

from __future__ import annotations

import json

from kubesim.api.identity import hex_digest
from kubesim.network.http import Request, Response, http_date, length_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.network.http import Headers

_OPEN = ("/healthz", "/livez", "/readyz")
ANONYMOUS = "system:anonymous"


def answer(request: Request, now: int, user: str | None, version: str) -> Response | None:
    """The answer to a user, None for one whose token is refused; None if objects were asked for that may be had.

    ``now`` is ms since the epoch, ``version`` the cluster's, such as ``v1.36.2``.
    """
    path = request.bare_path
    if user is None:
        return _status(request, now, 401, "Unauthorized", "Unauthorized", {})
    if path in _OPEN:
        return _response(request, now, 200, "ok", "text/plain; charset=utf-8")
    if path.rstrip("/") == "/version":
        return _response(request, now, 200, _indented(_version(version)), "application/json")
    return None


def forbidden(request: Request, now: int, user: str, details: dict[str, str], what: str) -> Response:
    """The refusal of what a user may not do: ``what`` is said behind ``cannot``."""
    kind, group = details.get("kind", ""), details.get("group", "")
    start = f"{kind}{'.' + group if group else ''} " if kind else ""
    named = f'"{details["name"]}" ' if "name" in details else ""
    message = (
        f'{start}{named}is forbidden: User "{user}" cannot {what}'
        if kind
        else f'forbidden: User "{user}" cannot {what}'
    )
    return _status(request, now, 403, message, "Forbidden", details)


def of_error(request: Request, now: int, status: dict[str, object]) -> Response:
    """The answer with a Status of the API server."""
    return _response(request, now, int(str(status.get("code", 500))), _indented(status), "application/json")


def of_object(request: Request, now: int, found: object) -> Response:
    """The answer with an object, or a list of them."""
    return _response(request, now, 200, _indented(found), "application/json")


def _status(request: Request, now: int, code: int, message: str, reason: str, details: dict[str, str]) -> Response:
    status: dict[str, object] = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": reason,
    }
    if code != 401:
        status["details"] = details
    return _response(request, now, code, _indented({**status, "code": code}), "application/json")


def _version(version: str) -> dict[str, str]:
    major, minor, *_ = version.removeprefix("v").split(".")
    return {"major": major, "minor": minor, "gitVersion": version, "platform": "linux/amd64"}


def _indented(found: object) -> str:
    return json.dumps(found, indent=2, ensure_ascii=False)


def _response(request: Request, now: int, code: int, body: str, kind: str) -> Response:
    digest = hex_digest(now, f"{request.method} {request.path}", 32)
    audit = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:]))
    headers: Headers = (
        ("Audit-Id", audit),
        ("Cache-Control", "no-cache, private"),
        ("Content-Type", kind),
        ("X-Content-Type-Options", "nosniff"),
        ("Date", http_date(now)),
        ("Content-Length", str(length_of(body))),
    )
    return Response(code, headers, body)
