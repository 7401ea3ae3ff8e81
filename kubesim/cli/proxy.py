"""``kubesim proxy``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "proxy",
    "proxy [--port=PORT]",
    "Run a proxy to the Kubernetes API server",
    "there is no API server to stand before",
    needs=0,
    flags=(Flag("port", "p", type=int, default=8001, help="The port to listen on."),),
)
