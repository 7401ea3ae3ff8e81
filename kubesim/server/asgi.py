"""What travels between a server and an application, as ASGI has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def target_of(scope: Scope) -> tuple[str, str]:
    """The path of a request and its query, as they were on the wire."""
    path = bytes(scope.get("raw_path") or scope["path"].encode())
    return path.decode("latin-1"), scope["query_string"].decode("latin-1")
