"""What is taken to be where it cannot be known: what the author of a workload most plausibly wrote, one that works.

- A condition that cannot be known holds; that of a loop ends the loop, for loops wait for what comes.
- Where that leads to a failure, the latest such condition is taken the other way, then the one before, and so on: what
  cannot be known does not make a container fail. Of what a probe asks, more than one may have to be.
- A program that nobody described succeeds at once if the script goes on behind it.  If it is the last thing that a
  container comes to, it serves; where a container is there to end, it ends after a moment, unless its name says server.
- What a probe or a hook tries to reach it reaches.
- A program that nobody described is there, unless its name is an evident slip.
"""

from __future__ import annotations

from kubesim.api.meta import SECOND
from kubesim.sim.images.slips import nearest

MOMENT = 2 * SECOND  # the run time of a program that is only known to end

MOST_TRIES = 8  # evaluations of one script
MOST_TURNS = 4  # conditions that are taken the other way

SERVES = "serves"  # a container that is restarted whenever it ends
TASK = "task"  # one that is not restarted after success
ENDS = "ends"  # an init container
ASKS = "asks"  # a probe, a hook

# Compiled when a command is first judged: most images have none.
_SERVERS = (
    r"(?:nginx|httpd|apache2?|apache2-foreground|httpd-foreground|caddy|traefik|haproxy|envoy|varnishd|mysqld|mariadbd|"
    r"mysqld_safe|postgres|postmaster|mongod|mongos|redis-server|memcached|rabbitmq-server|etcd|zookeeper|consul|vault|"
    r"prometheus|grafana|grafana-server|catalina\.sh|gunicorn|uvicorn|hypercorn|uwsgi|php-fpm|sshd|crond|cron|dockerd|"
    r"supervisord|jupyter|node_exporter|coredns|kube-.*|.*[-_]?(?:server|daemon|controller|operator|proxy|agent|"
    r"exporter|worker|broker))(?:\.\w+)?"
)
_SERVING_WORDS = frozenset(
    ("server", "serve", "http.server", "start", "run", "daemon", "controller", "worker", "agent", "web", "api")
)

_OFTEN_MISTYPED = ("sleep", "nginx", "python", "python3", "bash", "echo")
_NO_PROGRAM = (
    r"bad|wrong|invalid|nosuch|no-such|nonexist|non-exist|doesnotexist|does-not-exist|notfound|not-found|not-exist|"
    r"notexist|missing|typo|fake|bogus"
)


class Choices:
    """The unknown conditions of one evaluation: each is assumed as by default, but those that are turned."""

    def __init__(self, *turned: int) -> None:
        self._turned = turned
        self.made = 0

    @property
    def until_turned(self) -> int:
        """How many more are taken as by default before one that is not; -1 if none is any more."""
        return min((turned - self.made for turned in self._turned if turned >= self.made), default=-1)

    def take(self, default: bool) -> bool:
        index = self.made
        self.made += 1
        return default if index not in self._turned else not default


def rank(purpose: str, length: int | None, code: int) -> int:
    """How far an end is from the author's intention for a container of that purpose: 0 is as intended."""
    if code:
        return 2
    if purpose == SERVES:
        return int(length is not None)
    return int(length is None) if purpose != TASK else 0


def runs_on(purpose: str, argv: list[str | None]) -> bool:
    """Whether the last program of a container of that purpose goes on for ever."""
    if purpose == SERVES:
        return True
    return purpose == TASK and is_server(argv)


def is_server(argv: list[str | None]) -> bool:
    """Whether a command names a server."""
    name = (argv[0] or "").rpartition("/")[2]
    import re

    return re.fullmatch(_SERVERS, name) is not None or any(word in _SERVING_WORDS for word in argv[1:3])


def is_no_program(name: str) -> bool:
    """Whether a name is evidently a slip, so that no image has that program."""
    bare = name.rpartition("/")[2]
    import re

    return re.search(_NO_PROGRAM, bare) is not None or nearest(bare, _OFTEN_MISTYPED) is not None
