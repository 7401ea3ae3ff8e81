"""Records what matters to requests to a Service, from what a cluster lives through, an instant at a time.

What is read at an instant is what there is once all that happens then has happened.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, key_of, labels_of
from kubesim.api.well_known import LABEL_SERVICE_NAME
from kubesim.controllers.kubelet.serving import Serving, deleted_at, readiness_changed, serving
from kubesim.network.routes import Endpoint, Routes, choice_of
from kubesim.network.servers import NEVER, Outage, Run, Server
from kubesim.network.stream import Span, stream
from kubesim.views.traffic.model import Requests, Traffic
from kubesim.views.traffic.origins import is_recreated, origin_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubesim.cluster import Change, Cluster
    from kubesim.network.model import Rules
    from kubesim.network.stream import Reply
    from kubesim.views.traffic.model import Origin

#: The kinds of objects whose changes it is to see.
KINDS = ("EndpointSlice", "Event", "Pod")


class _Backend:
    """A pod that requests may be sent to: its instances by their numbers, so far."""

    def __init__(self, endpoint: Obj, namespace: str, port: int) -> None:
        self.key = Key("Pod", namespace, endpoint["targetRef"]["name"])
        self.node = str(endpoint.get("nodeName", ""))
        #: What the pod comes from, None if it was gone before it was seen.
        self.origin: Origin | None = None
        self._uid = endpoint["targetRef"]["uid"]
        self._port = port
        self._seen: dict[int, Serving] = {}

    def see(self, cluster: Cluster) -> None:
        """Note how its server is now; a pod that is gone took its server with it."""
        pod = cluster.find(*self.key)
        if pod is None or pod["metadata"]["uid"] != self._uid:  # the next of that name
            self._end(cluster.now)
            return
        self.origin = self.origin or origin_of(cluster, pod)
        found = serving(cluster, pod, self._port)
        if found is None:
            return
        known = self._seen.get(found.number)
        if known is not None and known.stops == found.stops and known.deadline is not None:
            found = found._replace(deadline=known.deadline)
        self._seen[found.number] = found
        before = self._seen.get(found.number - 1)
        if before is not None and found.before is not None:
            self._seen[found.number - 1] = before._replace(ends=found.before)

    def _end(self, instant: int) -> None:
        if self.origin is None and not self._seen:
            self._seen[0] = Serving(0, opens=0, sick=None, stops=instant, deadline=instant, ends=instant)
        for number, seen in self._seen.items():
            if seen.ends is None or seen.ends > instant:
                self._seen[number] = seen._replace(ends=instant)

    def runs(self) -> list[Run]:
        return [
            Run(
                opens=seen.opens,
                sick=NEVER if seen.sick is None else seen.sick,
                stops=NEVER if seen.stops is None else seen.stops,
                deadline=NEVER if seen.deadline is None else seen.deadline,
                ends=NEVER if seen.ends is None else seen.ends,
            )
            for seen in self._seen.values()
        ]


class Recorder:
    """Follows the endpoints of one port of a Service, and the pods behind them, from the cluster's present on."""

    def __init__(self, cluster: Cluster, service: Obj, port: Obj, rules: Rules) -> None:
        self._key = key_of(service)
        self._port = port
        self._rules = rules
        self._begin = cluster.now
        self._slices: dict[str, Obj] = {}
        self._backends: dict[str, _Backend] = {}
        self._outages: dict[str, list[Outage]] = {}
        self._routes = Routes()
        for found in cluster.list("EndpointSlice", self._key.namespace):
            self._take(found["metadata"]["name"], found)
        self._track(cluster)
        self._see_outages(cluster)
        for instant, endpoints in self._lately(cluster):
            self._routes.note(instant + rules.propagation, choice_of(endpoints))

    def see(self, cluster: Cluster, changes: Iterable[Change]) -> None:
        """Note what happened at the instant at which the cluster is."""
        touched: set[Key] = set()
        has_moved = False
        for change in changes:
            if change.key.kind == "EndpointSlice" and change.key.namespace == self._key.namespace:
                has_moved |= self._take(change.key.name, change.new, change.old)
            elif change.key.kind == "Pod":
                touched.add(change.key)
            elif change.key.kind == "Event" and change.new is not None:
                about = change.new["involvedObject"]
                touched.add(Key(about["kind"], about.get("namespace", ""), about["name"]))
        for backend in self._backends.values():
            if backend.key in touched:
                backend.see(cluster)
        if has_moved:
            self._track(cluster)
            self._routes.note(cluster.now + self._rules.propagation, choice_of(self._endpoints()))
        self._see_outages(cluster)

    @property
    def has_terminating(self) -> bool:
        """Whether a pod that is being deleted is among the endpoints."""
        return any(endpoint.is_terminating for endpoint in self._endpoints())

    def traffic(self, cluster: Cluster, begin: int = 0, zero: int = 0, cuts: Iterable[int] = ()) -> Traffic:
        """What the requests came to that were sent from ``begin`` (ms), or since it records, up to the present.

        They are sent at equal distances from ``zero``, which is the beginning if it is left out; see ``Span``.
        """
        begin = max(begin, self._begin)
        span = Span(begin, cluster.now, zero or begin, frozenset(cuts))
        for backend in self._backends.values():
            backend.see(cluster)
        servers = {
            name: Server(backend.runs(), self._outages.get(backend.node, ()), self._rules)
            for name, backend in self._backends.items()
        }
        found = stream(self._routes, servers, self._rules, span, cluster.seed)
        requests = tuple(
            self._requests(stretch.begin, stretch.end, reply, count)
            for stretch in found
            for reply, count in stretch.counts.items()
        )
        service = cluster.find(*self._key)
        return Traffic(
            service=self._key,
            port=self._port["port"],
            rules=self._rules,
            begin=span.begin,
            end=span.end,
            requests=requests,
            is_recreated=service is not None and is_recreated(cluster, service),
        )

    def _requests(self, begin: int, end: int, reply: Reply, count: int) -> Requests:
        backend = self._backends.get(reply.server)
        pod, origin = ("", None) if backend is None else (backend.key.name, backend.origin)
        return Requests(begin, end, pod, origin, reply.fate, count)

    # endpoints

    def _take(self, name: str, new: Obj | None, old: Obj | None = None) -> bool:
        """Note a slice as it is, None if it is gone; whether it is one of the Service's."""
        if labels_of(new or old or {"metadata": {}}).get(LABEL_SERVICE_NAME) != self._key.name:
            return False
        self._slices.pop(name, None)
        if new is not None:
            self._slices[name] = new
        return True

    def _own(self) -> Iterator[tuple[Obj, int]]:
        """The pods' endpoints that have the port, each with its number in the pod."""
        for name in sorted(self._slices):
            ports = self._slices[name].get("ports") or ()
            number = next((port["port"] for port in ports if port.get("name", "") == self._port.get("name", "")), None)
            for endpoint in self._slices[name].get("endpoints") or ():
                if number is not None and "targetRef" in endpoint:
                    yield endpoint, number

    def _endpoints(self) -> list[Endpoint]:
        return [_endpoint(endpoint) for endpoint, _ in self._own()]

    def _track(self, cluster: Cluster) -> None:
        """Follow the pods that are endpoints."""
        for endpoint, number in self._own():
            uid = endpoint["targetRef"]["uid"]
            if uid not in self._backends:
                self._backends[uid] = _Backend(endpoint, self._key.namespace, number)
                self._backends[uid].see(cluster)

    def _lately(self, cluster: Cluster) -> Iterator[tuple[int, list[Endpoint]]]:
        """The endpoints as they were before the beginning, as far as kube-proxy does not know better by then.

        Of a pod that has gone since nothing is known.
        """
        since = self._begin - self._rules.propagation
        histories = [self._history(cluster, endpoint, number) for endpoint, number in self._own()]
        changes = {instant for instant, _, _ in histories if instant > since}
        for instant in sorted({since, *changes}):
            yield instant, [after if changed <= instant else before for changed, before, after in histories]

    def _history(self, cluster: Cluster, endpoint: Obj, port: int) -> tuple[int, Endpoint, Endpoint]:
        """When (ms) an endpoint changed last, and how it was before and is since."""
        now = _endpoint(endpoint)
        pod = cluster.find("Pod", self._key.namespace, endpoint["targetRef"]["name"])
        if pod is None:
            return self._begin, now, now
        if now.is_terminating:
            before = now._replace(is_ready=now.is_serving, is_terminating=False)
            return deleted_at(cluster, pod, port), before, now
        changed = readiness_changed(cluster, pod)
        if changed is None or now.is_ready != now.is_serving:
            return self._begin, now, now
        return changed, now._replace(is_ready=not now.is_ready, is_serving=not now.is_serving), now

    # nodes

    def _see_outages(self, cluster: Cluster) -> None:
        """Note which nodes are down, or were; their kubelets keep that beside them."""
        if not cluster.noted("faults"):
            return
        for name in {backend.node for backend in self._backends.values()}:
            if cluster.find("Node", "", name) is None:
                continue
            record = cluster.recall(Key("Node", "", name)) or {}
            begin = record.get("down", record.get("died"))
            if begin is not None:
                outages = self._outages.setdefault(name, [])
                if outages and outages[-1].begin == begin:
                    outages.pop()
                outages.append(Outage(begin, record.get("booted", NEVER)))


def _endpoint(endpoint: Obj) -> Endpoint:
    conditions = endpoint.get("conditions") or {}
    return Endpoint(
        server=endpoint["targetRef"]["uid"],
        is_ready=conditions.get("ready", True),
        is_serving=conditions.get("serving", True),
        is_terminating=conditions.get("terminating", False),
    )
