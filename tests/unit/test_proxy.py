"""``proxy``: who is let through, and what is refused before anything is served."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from kubesim.cli.verbs.proxy import ACCEPTED_HOSTS, ALL, NOTHING, REJECTED_PATHS
from kubesim.server.request_filter import RequestFilter, expressions_of

if TYPE_CHECKING:
    from command_lines import Shell


class Reached:
    """What is behind the filter: it answers that it was reached."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200})

    def end(self) -> None: ...


def status(path: str, host: str, method: str = "GET", reject_methods: str = NOTHING) -> int:
    """The status with which a request is answered."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request"}

    filtered = RequestFilter(
        Reached(),
        accept_paths=expressions_of(ALL),
        reject_paths=expressions_of(REJECTED_PATHS),
        accept_hosts=expressions_of(ACCEPTED_HOSTS),
        reject_methods=expressions_of(reject_methods),
    )
    scope = {"type": "http", "method": method, "path": path, "headers": [(b"host", host.encode())], "query_string": b""}
    asyncio.run(filtered(scope, receive, send))
    return int(sent[0]["status"])


@pytest.mark.parametrize("host", ["localhost", "localhost:8001", "127.0.0.1:8001"])
def test_programs_of_this_machine_are_let_through(host: str) -> None:
    assert status("/api/v1/pods", host) == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8001", "", "127.0.0.12"])
def test_a_page_from_elsewhere_is_not(host: str) -> None:
    assert status("/api/v1/pods", host) == 403


def test_no_command_is_run_in_a_container_by_the_way() -> None:
    assert status("/api/v1/namespaces/default/pods/web/exec", "localhost") == 403
    assert status("/api/v1/namespaces/default/pods/web/log", "localhost") == 200


def test_methods_may_be_rejected() -> None:
    assert status("/api/v1/pods", "localhost", "POST", "POST,PUT") == 403
    assert status("/api/v1/pods", "localhost", "GET", "POST,PUT") == 200


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("proxy -p 70000", "error: listen tcp: address 70000: invalid port\n"),
        ("proxy --accept-hosts=(", "Error compiling re: error parsing regexp: missing closing ): `(`"),
        ("proxy --www=.", "serves no files"),
    ],
)
def test_what_cannot_be_served_is_refused_in_a_line(shell: Shell, line: str, words: str) -> None:
    assert words in shell.refused(line)
