"""What databases in pods keep in memory, from one command to the next: as long as their container runs."""

from __future__ import annotations

from kubesim.network.sites import redis

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster
    from kubesim.controllers.kubelet.pod_server import PodServer
    from kubesim.controllers.kubelet.records import ContainerRecord
    from kubesim.controllers.kubelet.traces import Traces

_IMAGES = ("redis", "valkey/valkey")
_PROGRAMS = ("redis-server", "docker-entrypoint.sh", "valkey-server")


def replies(
    cluster: Cluster, server: PodServer, commands: list[list[str]], password: str | None, traces: Traces
) -> list[redis.Reply | None]:
    """What a server replies to commands, one after the other; None for a reply that is not known."""
    site = server.site
    is_known = site.image in _IMAGES and (not site.argv or site.argv[0].rpartition("/")[2] in _PROGRAMS)
    settings = redis.settings_of(site) if is_known else None
    if settings is None:
        return [None] * len(commands)
    before = traces.keyspaces.get((server.pod, server.container))
    if before is None:
        record = cluster.recall(server.pod) or {}
        kept: ContainerRecord = record.get("containers", {}).get(server.container, {})
        run, keys = kept.get("keyspace", (server.run, {}))
        before = keys if run == server.run else {}
    database = redis.Server(before, settings, site.now)
    found = [database.answer(words, password) for words in commands]
    if database.keys == before:
        return found
    if traces.is_forecast:  # nothing that a forecast changes is kept, so its later replies would be wrong
        return [None] * len(commands)
    traces.keyspaces[server.pod, server.container] = database.keys
    traces.runs[server.pod, server.container] = server.run
    return found
