"""Who is let in, and as whom: the administrator by a secret, others by tokens of their own where TLS keeps those."""

from __future__ import annotations

import hmac

from kubesim.rest.request import NO_PAGE, Answer, Request, plain_error
from kubesim.server.asgi import target_of
from kubesim.startup.context_manager import suppress
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

#: In text, and forbidden: kubectl shows that much of it, whatever it has asked for.
_NOT_ADMITTED = plain_error(
    403, "this server is reached by a secret alone: kubesim sim kubeconfig prints a kubeconfig that has it"
)
#: Before a token among a websocket's subprotocols.
_TOKEN = "base64url.bearer.authorization.k8s.io."


class Access(NamedTuple):
    """What has to be shown.

    Below the path ``prefix``, such as ``/secret``, everybody is the administrator, and so is who sends ``token``. Where
    there is one, service accounts' tokens have their own rights; who sends none is system:anonymous if there is
    ``rbac``, and not let in without.
    """

    prefix: str
    token: str = ""
    rbac: bool = False
    is_secret: bool = True

    @property
    def refusal(self) -> Answer:
        """What somebody is answered who is not let in; where the prefix is no secret, nothing is there."""
        return _NOT_ADMITTED if self.is_secret else NO_PAGE

    def request(self, scope: dict[str, Any]) -> Request | None:
        """The request as the API server takes it, without its body; None for whom is not let in.

        A token among a websocket's subprotocols is taken from there.
        """
        target, query = target_of(scope)
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode(errors="replace")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        token, scope["subprotocols"] = _token_in(scope.get("subprotocols", ()))
        if token:
            headers["authorization"] = f"Bearer {token}"
        is_below = self._is_below(target)
        path = (target[len(self.prefix) :] if is_below else target) or "/"
        request = Request.of_target(scope.get("method", "GET"), path + (f"?{query}" if query else ""), headers)
        return request._replace(root=self.prefix) if is_below else self._by_token(request)

    def _is_below(self, target: str) -> bool:
        size = len(self.prefix)
        is_same = hmac.compare_digest(target[:size].encode("latin-1"), self.prefix.encode())
        return is_same and target[size:][:1] in ("", "/")

    def _by_token(self, request: Request) -> Request | None:
        if not self.token:
            return None
        kind, _, sent = request.header("authorization").partition(" ")
        is_bearer = kind.lower() == "bearer"
        if is_bearer and hmac.compare_digest(sent.strip().encode(), self.token.encode()):
            others = {name: value for name, value in request.headers.items() if name != "authorization"}
            return request._replace(headers=others)  # it is no service account's
        return request._replace(is_anonymous=True) if is_bearer or self.rbac else None


def _token_in(offered: Sequence[str]) -> tuple[str, list[str]]:
    """The token that a browser sends as one of the subprotocols, and the others. Mirrors ProtocolAuthenticator."""
    from kubesim.golang.base64 import decode_url

    token, others = "", []
    for one in offered:
        if one.startswith(_TOKEN):
            with suppress(ValueError):
                token = decode_url(one.removeprefix(_TOKEN)).decode()
        else:
            others.append(one)
    return token, others
