"""A stream of requests: how many of them come to what, without following each.

Between two instants at which something changes - a route, or what becomes of requests at a server - all requests to
one server have one fate, and it is counted how many go there.  Requests are sent at equal distances, and go to the
servers in turn: kube-proxy's choice is one by chance, with the same shares.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from itertools import pairwise

from kubesim.api.identity import hex_digest
from kubesim.network.model import NO_ENDPOINT, REFUSED, TIMED_OUT, Fate
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubesim.network.model import Rules
    from kubesim.network.routes import Choice, Routes
    from kubesim.network.servers import Server

SECOND = 1000  # ms
REFUSAL = Fate(REFUSED, NO_ENDPOINT)


class Reply(NamedTuple):
    """What a request comes to, and at which server; none if there was no endpoint."""

    server: str
    fate: Fate


Counts = dict[Reply, int]


class Stretch(NamedTuple):
    """Requests that were sent from ``begin`` until ``end`` (ms), by what they came to."""

    begin: int
    end: int
    counts: Counts


class Span(NamedTuple):
    """When requests are sent: from ``begin`` until ``end`` (ms), at equal distances from ``zero``.

    At the instants ``cuts`` no stretch goes on.
    """

    begin: int
    end: int
    zero: int
    cuts: frozenset[int] = frozenset()


def stream(routes: Routes, servers: Mapping[str, Server], rules: Rules, span: Span, seed: int) -> list[Stretch]:
    """What the requests come to that are sent in a span. The seed decides which comes first."""
    sending = _Sending(routes, servers, rules, span.zero, seed)
    found: list[Stretch] = []
    is_cut = False
    for since, until in _pieces(routes, servers, span):
        counts = sending.counts(since, until)
        is_cut |= since in span.cuts
        if counts and found and not is_cut and found[-1].counts.keys() == counts.keys():
            found[-1] = Stretch(found[-1].begin, until, _sum(found[-1].counts, counts))
        elif counts:
            found.append(Stretch(since, until, counts))
            is_cut = False
    return found


def _pieces(routes: Routes, servers: Mapping[str, Server], span: Span) -> Iterator[tuple[int, int]]:
    """The times between two changes."""
    instants = {span.begin, span.end, *span.cuts, *routes.instants}
    for server in servers.values():
        instants.update(server.instants)
    inside = sorted(instant for instant in instants if span.begin <= instant <= span.end)
    yield from pairwise(inside)


def _sum(one: Counts, other: Counts) -> Counts:
    return {reply: count + other[reply] for reply, count in one.items()}


class _Sending:
    """Sends the requests of a stream, piece by piece."""

    def __init__(self, routes: Routes, servers: Mapping[str, Server], rules: Rules, zero: int, seed: int) -> None:
        self._routes = routes
        self._servers = servers
        self._rules = rules
        self._zero = zero
        chance = int(hex_digest(seed, "traffic", 8), 16)
        #: When the first request is sent, in thousandths of the distance of two; and to which server.
        self._offset, self._turn = chance % SECOND, chance // SECOND % 1024
        self._connections: list[str | None] = [None] * rules.connections

    def counts(self, since: int, until: int) -> Counts:
        """What the requests of a piece come to, in which nothing changes."""
        first, after = self._sent_by(since), self._sent_by(until)
        replies = _Replies(self._routes.at(since), self._servers, since, self._rules.retries)
        if self._rules.connections:
            return self._over_connections(replies, first, after)
        return replies.in_turn(first + self._turn, after + self._turn)

    def _sent_by(self, instant: int) -> int:
        """How many requests are sent from zero until an instant (ms); fewer than none if it is before zero."""
        passed = (instant - self._zero) * self._rules.rate - self._offset
        return -(-passed // SECOND)

    def _over_connections(self, replies: _Replies, first: int, after: int) -> Counts:
        """A connection stays with its server as long as that accepts requests; then another is made, in turn.

        One on which nothing came back is given up.
        """
        found: Counter[Reply] = Counter()
        lines = self._rules.connections
        for index in range(lines):
            count = (after - 1 - index) // lines - (first - 1 - index) // lines
            self._connections[index] = self._over_one(replies, self._connections[index], count, found)
        return dict(found)

    def _over_one(self, replies: _Replies, server: str | None, count: int, found: Counter[Reply]) -> str | None:
        """Count what requests over one connection to ``server`` come to; the server of the connection after them."""
        while count:
            fate = REFUSAL if server is None else self._servers[server].fate(replies.instant)
            if server is None or fate.outcome == REFUSED:
                if replies.are_hopeless:
                    found.update(replies.in_turn(self._turn, self._turn + count))
                    self._turn += count
                    return None
                server, fate = replies.at(self._turn)
                self._turn += 1
            if fate.outcome not in (REFUSED, TIMED_OUT):
                found[Reply(server, fate)] += count
                return server
            found[Reply(server, fate)] += 1
            count -= 1
            server = None
        return server


class _Replies:
    """What requests over new connections come to at an instant, by their turn."""

    def __init__(self, choice: Choice, servers: Mapping[str, Server], instant: int, retries: int) -> None:
        self.instant = instant
        self._choice = choice
        self._servers = servers
        self._retries = retries

    def at(self, turn: int) -> Reply:
        """What the request comes to that has that turn, after all its tries."""
        if not self._choice:
            return Reply("", REFUSAL)
        for one in range(turn, turn + self._retries + 1):
            server = self._choice[one % len(self._choice)]
            reply = Reply(server, self._servers[server].fate(self.instant))
            if reply.fate.outcome != REFUSED:
                break
        return reply

    def in_turn(self, first: int, after: int) -> Counts:
        """What the requests with the turns from ``first`` to the one before ``after`` come to."""
        found: Counter[Reply] = Counter()
        count, servers = after - first, max(1, len(self._choice))
        for turn in range(first, min(after, first + servers)):
            found[self.at(turn)] += -(-(count - (turn - first)) // servers)
        return dict(found)

    @cached_property
    def are_hopeless(self) -> bool:
        """Whether all of them are refused."""
        return all(self.at(turn).fate.outcome == REFUSED for turn in range(max(1, len(self._choice))))
