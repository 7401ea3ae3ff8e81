"""Requests between two pods' lives: routes, servers and streams, with numbers that can be counted by hand."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from kubesim.network.model import (
    ANSWERED,
    CRASHED,
    CUT,
    ERROR,
    KILLED,
    NO_ENDPOINT,
    NODE_DOWN,
    NOT_LISTENING,
    REFUSED,
    STARTING,
    STOPPED,
    STOPPING,
    TIMED_OUT,
    UNHEALTHY,
    Fate,
    Rules,
)
from kubesim.network.routes import Endpoint, Routes, choice_of
from kubesim.network.servers import Outage, Run, Server
from kubesim.network.stream import Span, Stretch, stream

ANSWER = Fate(ANSWERED)


def fates(server: Server, *instants: int) -> list[Fate]:
    return [server.fate(instant) for instant in instants]


def routes(*choices: tuple[int, tuple[str, ...]]) -> Routes:
    made = Routes()
    for instant, choice in choices:
        made.note(instant, choice)
    return made


def outcomes(stretches: list[Stretch]) -> Counter[tuple[str, str]]:
    """How many requests had which outcome, at which server."""
    found: Counter[tuple[str, str]] = Counter()
    for stretch in stretches:
        for reply, count in stretch.counts.items():
            found[reply.server, reply.fate.outcome] += count
    return found


# servers


def test_a_server_refuses_before_it_listens_and_once_it_has_stopped() -> None:
    server = Server([Run(opens=1000, stops=5000, deadline=35_000, ends=5200)], (), Rules())
    starting, stopped = Fate(REFUSED, STARTING), Fate(REFUSED, STOPPED)
    assert fates(server, 0, 999, 1000, 4999, 5000, 9000) == [starting, starting, ANSWER, ANSWER, stopped, stopped]


def test_a_server_that_drains_finishes_what_it_is_at_until_it_is_killed() -> None:
    run = Run(opens=0, stops=5000, deadline=7000, ends=5200)
    assert Server([run], (), Rules(length=1000)).fate(4999) == ANSWER
    assert fates(Server([run], (), Rules(length=3000)), 4000, 4001) == [ANSWER, Fate(CUT, KILLED)]


def test_a_server_that_does_not_drain_drops_what_it_is_at() -> None:
    server = Server([Run(opens=0, stops=5000, deadline=35_000, ends=5200)], (), Rules(drains=False, length=100))
    assert fates(server, 4900, 4901, 4999) == [ANSWER, Fate(CUT, STOPPING), Fate(CUT, STOPPING)]


def test_a_server_that_ignores_the_signal_serves_until_it_is_killed() -> None:
    server = Server([Run(opens=0, deadline=30_000, ends=30_000)], (), Rules(length=100))
    assert fates(server, 29_900, 29_901, 30_000) == [ANSWER, Fate(CUT, KILLED), Fate(REFUSED, CRASHED)]


def test_a_server_that_crashes_drops_what_it_is_at_and_listens_again_once_it_was_restarted() -> None:
    server = Server([Run(opens=0, ends=2000), Run(opens=3000)], (), Rules(length=100))
    crashed = Fate(REFUSED, CRASHED)
    assert fates(server, 1901, 2000, 2999, 3000) == [Fate(CUT, CRASHED), crashed, crashed, ANSWER]


def test_a_server_that_is_sick_answers_with_errors() -> None:
    server = Server([Run(opens=0, sick=500)], (), Rules())
    assert fates(server, 499, 500) == [ANSWER, Fate(ERROR, UNHEALTHY)]


def test_nothing_comes_back_from_a_node_that_is_down() -> None:
    server = Server([Run(opens=0), Run(opens=9000)], (Outage(2000, 8000),), Rules(length=100))
    down = Fate(TIMED_OUT, NODE_DOWN)
    assert fates(server, 1900, 1901, 2000, 7999, 8000) == [ANSWER, down, down, down, ANSWER]


def test_where_nothing_ever_ran_nothing_listens() -> None:
    assert Server((), (), Rules()).fate(0) == Fate(REFUSED, NOT_LISTENING)


# routes


def test_requests_go_to_ready_endpoints_and_without_any_to_those_that_still_serve_as_they_end() -> None:
    ready = Endpoint("a", is_ready=True, is_serving=True, is_terminating=False)
    ending = Endpoint("b", is_ready=False, is_serving=True, is_terminating=True)
    unready = Endpoint("c", is_ready=False, is_serving=False, is_terminating=False)
    dead = Endpoint("d", is_ready=False, is_serving=False, is_terminating=True)
    assert choice_of([unready, ending, ready, dead]) == ("a",)
    assert choice_of([unready, ending, dead]) == ("b",)
    assert choice_of([unready, dead]) == ()


# streams


def test_requests_are_sent_at_equal_distances_and_in_turn() -> None:
    servers = {name: Server([Run(opens=0)], (), Rules()) for name in "abc"}
    found = stream(routes((0, ("a", "b", "c"))), servers, Rules(rate=50), Span(1000, 4000, 1000), seed=1)
    assert outcomes(found) == {("a", ANSWERED): 50, ("b", ANSWERED): 50, ("c", ANSWERED): 50}


def test_requests_without_an_endpoint_are_refused() -> None:
    servers = {"a": Server([Run(opens=0)], (), Rules())}
    found = stream(routes((0, ("a",)), (2000, ()), (3000, ("a",))), servers, Rules(rate=10), Span(0, 4000, 0), seed=1)
    assert outcomes(found) == {("a", ANSWERED): 30, ("", REFUSED): 10}
    assert [(stretch.begin, stretch.end) for stretch in found] == [(0, 2000), (2000, 3000), (3000, 4000)]
    assert {reply.fate.cause for reply in found[1].counts} == {NO_ENDPOINT}


def test_a_pod_that_stops_fails_its_share_until_its_route_is_gone() -> None:
    rules = Rules(rate=100)
    servers = {
        "a": Server([Run(opens=0)], (), rules),
        "b": Server([Run(opens=0, stops=1000, deadline=31_000, ends=1200)], (), rules),
    }
    found = stream(routes((0, ("a", "b")), (1500, ("a",))), servers, rules, Span(0, 2000, 0), seed=1)
    assert outcomes(found) == {("a", ANSWERED): 125, ("b", ANSWERED): 50, ("b", REFUSED): 25}


def test_a_request_that_is_refused_and_tried_again_reaches_another_pod() -> None:
    rules = Rules(rate=100, retries=1)
    servers = {
        "a": Server([Run(opens=0)], (), rules),
        "b": Server([Run(opens=0, stops=0, deadline=30_000, ends=200)], (), rules),
    }
    found = stream(routes((0, ("a", "b"))), servers, rules, Span(0, 1000, 0), seed=1)
    assert outcomes(found) == {("a", ANSWERED): 100}


def test_connections_stay_with_a_pod_that_is_no_endpoint_any_more_until_it_stops() -> None:
    rules = Rules(rate=100, connections=4)
    servers = {
        "a": Server([Run(opens=0)], (), rules),
        "b": Server([Run(opens=0, stops=3000, deadline=31_000, ends=3200)], (), rules),
    }
    found = stream(routes((0, ("a", "b")), (1000, ("a",))), servers, rules, Span(0, 4000, 0), seed=1)
    assert outcomes(found) == {("a", ANSWERED): 250, ("b", ANSWERED): 150}


def test_a_connection_that_has_to_be_made_anew_may_be_refused() -> None:
    rules = Rules(rate=100, connections=4)
    servers = {
        "a": Server([Run(opens=0)], (), rules),
        "b": Server([Run(opens=0, stops=1000, deadline=31_000, ends=1200)], (), rules),
    }
    found = stream(routes((0, ("a", "b")), (1500, ("a",))), servers, rules, Span(0, 2000, 0), seed=1)
    counts = outcomes(found)
    assert sum(counts.values()) == 200
    assert counts["b", REFUSED] == 2  # each of the two that were at b is made to b once more, then to a


def test_a_connection_on_which_nothing_comes_back_is_given_up() -> None:
    rules = Rules(rate=100, connections=4)
    servers = {
        "a": Server([Run(opens=0)], (), rules),
        "b": Server([Run(opens=0)], (Outage(1000),), rules),
    }
    found = stream(routes((0, ("a", "b")), (1050, ("a",))), servers, rules, Span(0, 2000, 0), seed=1)
    counts = outcomes(found)
    assert sum(counts.values()) == 200
    assert 2 <= counts["b", TIMED_OUT] <= 10
    assert counts["a", ANSWERED] > 140


@pytest.mark.parametrize("connections", [0, 3])
@pytest.mark.parametrize("rate", [1, 7, 50, 333])
def test_no_request_is_lost_or_sent_twice(rate: int, connections: int) -> None:
    rules = Rules(rate=rate, connections=connections, length=70)
    servers = {
        "a": Server([Run(opens=1500, sick=7000, ends=9000), Run(opens=9500)], (Outage(4000, 5000),), rules),
        "b": Server([Run(opens=0, stops=3333, deadline=4000, ends=3533)], (), rules),
    }
    made = routes((0, ("b",)), (1733, ("a", "b")), (3600, ("a",)), (6100, ()), (6600, ("a",)))
    found = stream(made, servers, rules, Span(0, 10_000, 0), seed=5)
    assert sum(outcomes(found).values()) == 10 * rate
    assert all(one.end <= other.begin for one, other in zip(found, found[1:]))


def test_the_seed_decides_and_nothing_else() -> None:
    servers = {name: Server([Run(opens=0)], (), Rules()) for name in "ab"}
    made = [
        stream(routes((0, ("a", "b"))), servers, Rules(rate=5), Span(0, 1000, 0), seed) for seed in (1, 1, *range(20))
    ]
    assert made[0] == made[1]
    assert len({str(one) for one in made}) > 1


def test_ten_minutes_with_a_thousand_pods_are_counted_in_no_time() -> None:
    """50 requests a second, while a pod is replaced every half second."""
    rules = Rules()
    names = [f"pod{number:04}" for number in range(1000)]
    servers = {
        name: Server([Run(opens=0, stops=1000 + 500 * number, deadline=31_000 + 500 * number)], (), rules)
        for number, name in enumerate(names)
    }
    made = routes((0, tuple(names)), *((1200 + 500 * n, tuple(names[n + 1 :])) for n in range(999)))
    began = time.perf_counter()
    found = stream(made, servers, rules, Span(0, 600_000, 0), seed=1)
    assert time.perf_counter() - began < 1
    assert sum(outcomes(found).values()) == 30_000
