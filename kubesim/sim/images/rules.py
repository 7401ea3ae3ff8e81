"""Rules about images in a person's words: ``ports 8080, paths / /healthz, starts-in 20s``.

A rule is a list of terms.  Each changes what the image would do by itself; what no term mentions stays as it is.
"""

from __future__ import annotations

from kubesim.errors import UserError
from kubesim.sim.clock import parse_duration
from kubesim.sim.images.behaviour import DENIED, FOUND, MISSING, Behaviour
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_Change = dict[str, object]


class Term(NamedTuple):
    """A term's ``use``, what it means, and what it changes, given the words after it."""

    use: str
    meaning: str
    change: Callable[[str, list[str]], _Change]


def _ports(term: str, words: list[str]) -> _Change:
    for word in words:
        if not (word.isascii() and word.isdigit() and 1 <= int(word) <= 65535):
            raise UserError(f'"{term}": {word} is not a port, which is a number from 1 to 65535')
    return {"ports": tuple(int(word) for word in words), "speaks": "", "is_strict": True}


def _paths(term: str, words: list[str]) -> _Change:
    wrong = next((word for word in words if not word.startswith("/")), None)
    if wrong is not None:
        raise UserError(f'"{term}": {wrong} is not a path, which begins with a slash')
    return {"paths": tuple(words), "is_strict": True}


def _starts_in(_term: str, words: list[str]) -> _Change:
    return {"starts_in": parse_duration(words[0])}


def _fails_after(_term: str, words: list[str]) -> _Change:
    return {"fails_after": parse_duration(words[0])}


def _flaky(term: str, words: list[str]) -> _Change:
    share = words[0].removesuffix("%")
    if not (share.isascii() and share.isdigit() and words[0].endswith("%") and 1 <= int(share) <= 99):
        raise UserError(f'"{term}": how many probes fail is a share from 1% to 99%')
    return {"flaky": int(share)}


def _ends_after(_term: str, words: list[str]) -> _Change:
    return {"life": parse_duration(words[0]), "is_forced": True}


def _exit_code(term: str, words: list[str]) -> _Change:
    if not (words[0].isascii() and words[0].isdigit() and int(words[0]) <= 255):
        raise UserError(f'"{term}": an exit code is a number from 0 to 255')
    return {"exit_code": int(words[0])}


def _always(**change: object) -> Callable[[str, list[str]], _Change]:
    return lambda _term, _words: change


def _whole(behaviour: Behaviour) -> Callable[[str, list[str]], _Change]:
    """All that an image does, whatever it would do by itself; its user stays what it is."""
    change: _Change = behaviour._asdict()
    del change["user"]
    return _always(**change)


_NGINX = Behaviour(ports=(80,), speaks="http", paths=("/", "/index.html"), is_strict=True, executes_args=True)

# What an image may be altogether: these come first, and there is one of them at most.
SORTS = {
    "runs": Term("runs", "serves on every port, and ends only if its command does", _whole(Behaviour())),
    "nginx": Term("nginx", "is nginx: port 80, where / and /index.html are found", _whole(_NGINX)),
    "httpd": Term("httpd", "is httpd: port 80, with every page", _whole(_NGINX._replace(paths=()))),
    "shell": Term("shell", "ends at once without a command", _whole(Behaviour(life=0, executes_args=True))),
    "healthy": Term(
        "healthy",
        "answers every probe, and needs no variables",
        _always(is_healthy=True, ports=None, paths=(), speaks="", is_strict=True, needs="", turns_ready=True),
    ),
    "unhealthy": Term("unhealthy", "fails every probe", _always(is_healthy=False)),
    "notready": Term("notready", "never turns ready", _always(turns_ready=False)),
    "crash": Term("crash", "exits 1 at once", _always(life=0, exit_code=1, is_forced=True)),
    "missing": Term("missing", "cannot be pulled: the tag is not found", _always(pull=MISSING)),
    "denied": Term("denied", "cannot be pulled: the repository does not exist or is private", _always(pull=DENIED)),
}
DETAILS = {
    "ports": Term("ports 8080 9090", "answers probes on these ports alone", _ports),
    "paths": Term("paths / /healthz", "answers 200 for these paths alone, 404 for others", _paths),
    "starts-in": Term("starts-in 20s", "answers no probe before that time is over", _starts_in),
    "fails-after": Term("fails-after 1m", "fails every probe from then on, until it is started again", _fails_after),
    "flaky": Term("flaky 10%", "fails so many of its probes, by chance", _flaky),
    "ends-after": Term("ends-after 30s", "ends by itself", _ends_after),
    "exit-code": Term("exit-code 3", "is what it ends with", _exit_code),
}
_LISTS = ("ports", "paths")  # these take several words, the other details one


@lru_cache(maxsize=64)
def changes_of(rule: str) -> tuple[tuple[str, object], ...]:
    """The fields of Behaviour that a rule changes, each with its value; UserError if the rule cannot be read."""
    terms = [term.split() for term in rule.split(",")]
    if not all(terms):
        raise UserError(f'"{rule}" has nothing between two commas' if any(terms) else "a rule needs a behaviour")
    sorts = [words[0] for words in terms if words[0] in SORTS]
    if len(sorts) > 1:
        raise UserError(f'"{sorts[0]}" and "{sorts[1]}" do not go together')
    fields: _Change = {"pull": FOUND}
    for words in sorted(terms, key=lambda words: words[0] not in SORTS):
        fields.update(_change(words))
    if fields.get("exit_code") and "life" not in fields:
        fields.update(life=0, is_forced=True)
    return tuple(fields.items())


def _change(words: list[str]) -> _Change:
    name, given = words[0], words[1:]
    if name in SORTS:
        if given:
            raise UserError(f'"{" ".join(words)}": nothing follows {name}; commas part what goes together')
        return SORTS[name].change(name, given)
    if name not in DETAILS:
        uses = ", ".join([*SORTS, *(f'"{detail.use}"' for detail in DETAILS.values())])
        raise UserError(f'unknown behaviour "{name}": it is one of {uses}')
    detail = DETAILS[name]
    if not given or (len(given) > 1 and name not in _LISTS):
        raise UserError(f'"{" ".join(words)}" is not of the form "{detail.use}"')
    return detail.change(" ".join(words), given)


def changed(own: Behaviour, rule: str) -> Behaviour:
    """What an image does that would do ``own`` by itself; UserError if the rule cannot be read."""
    return own._replace(**dict(changes_of(rule)))  # type: ignore[arg-type]
