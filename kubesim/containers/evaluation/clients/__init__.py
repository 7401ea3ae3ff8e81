"""Programs that ask others over the network, where they are really run: what they print, and what they end with."""

from __future__ import annotations

from kubesim.containers.evaluation.outside import NotSimulated
from kubesim.network.door import OutsideOfCluster

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from kubesim.containers.evaluation.endings import Status
    from kubesim.containers.evaluation.machine import Machine


def run_client(machine: Machine, name: str, words: list[str]) -> Status:
    """Run a client with its arguments; NotSimulated where it asks what is outside of the cluster, or is not known."""
    try:
        return _client(name)(machine, words)
    except OutsideOfCluster as error:
        raise NotSimulated(f"kubesim does not simulate what is outside of the cluster: {error}") from None


def _client(name: str) -> Callable[[Machine, list[str]], Status]:
    if name == "wget":
        from kubesim.containers.evaluation.clients import wget

        return wget.run
    if name == "curl":
        from kubesim.containers.evaluation.clients import curl

        return curl.run
    if name in ("nc", "ncat", "netcat", "telnet"):
        from kubesim.containers.evaluation.clients import netcat

        return netcat.run_telnet if name == "telnet" else netcat.run
    if name == "ping":
        from kubesim.containers.evaluation.clients import ping

        return ping.run
    if name == "nslookup":
        from kubesim.containers.evaluation.clients import nslookup

        return nslookup.run
    if name in ("dig", "host", "getent"):
        from kubesim.containers.evaluation.clients import dig

        return {"dig": dig.run, "host": dig.run_host, "getent": dig.run_getent}[name]
    if name in ("redis-cli", "valkey-cli"):
        from kubesim.containers.evaluation.clients import redis_cli

        return redis_cli.run
    if name in ("pg_isready", "mysqladmin"):
        from kubesim.containers.evaluation.clients import databases

        return lambda machine, words: databases.run(machine, name, words)
    raise NotSimulated(f"kubesim does not know what {name} prints")
