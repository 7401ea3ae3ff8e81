"""Programs, servers too, that are asked for their version, their help or a test of their configuration: they end."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.files import Value

# The short options of a program with which it prints something and ends.
_OPTIONS = {
    "nginx": r"-q?[tTvVh?]+q?",
    "httpd": r"-[tVlLSM]",
    "apachectl": r"-[tvVlLSMh]",
    "redis-server": r"-[vh]",
    "haproxy": r"-c|-v+",
    "php": r"-[vmih]",
    "java": r"-version|-help",
    "postgres": r"-V",
    "mysqld": r"-V",
    "memcached": r"-[Vh]",
    "caddy": r"-h",
}

# Those that mean this only where nothing else is asked: busybox's httpd has others of these names.
_ALONE = {"httpd": ("-h", "-v")}


def is_about_itself(argv: list[Value]) -> bool:
    """Whether a command only prints something about its program or its configuration."""
    name = (argv[0] or "").rpartition("/")[2]
    if argv[1:] in (["--version"], ["--help"], ["version"]):
        return True
    if len(argv) == 2 and argv[1] in _ALONE.get(name, ()):
        return True
    pattern = _OPTIONS.get(name)
    return pattern is not None and any(word is not None and re.fullmatch(pattern, word) for word in argv[1:])
