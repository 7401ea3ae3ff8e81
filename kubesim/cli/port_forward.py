"""``kubesim port-forward``: refused in one line."""

from __future__ import annotations

from kubesim.cli.command import Flag
from kubesim.cli.refusing import refusal

COMMAND = refusal(
    "port-forward",
    "port-forward TYPE/NAME [LOCAL_PORT:]REMOTE_PORT",
    "Forward one or more local ports to a pod",
    "nothing listens inside its pods",
    needs=2,
    flags=(Flag("address", type="strings", help="The addresses to listen on."),),
)
