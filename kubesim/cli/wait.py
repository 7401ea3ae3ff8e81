"""``kubesim wait``: until a condition holds, a field has a value, or an object is there or gone.

Mirrors kubectl pkg/cmd/wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from kubesim.api.meta import DAY, Obj, key_of
from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.reporting import Reporter
from kubesim.cli.resources import Request, fetch
from kubesim.cli.session import Session
from kubesim.errors import StatusError, UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Key
    from kubesim.cli.resources import Info, Result
    from kubesim.cli.session import Follower
    from kubesim.printers.jsonpath import JsonPath

WEEK = 7 * DAY  # what a negative time-out means


class Awaited(Protocol):
    """What is waited for: ``holds`` of the object as it is, None where it is not there."""

    def holds(self, obj: Obj | None) -> bool: ...


class Condition:
    """``--for=condition=NAME[=VALUE]``, in any case of letters. Mirrors ConditionalWait."""

    def __init__(self, text: str) -> None:
        name, _, value = text.partition("=")
        self._name, self._value = name.lower(), (value or "true").lower()

    def holds(self, obj: Obj | None) -> bool:
        if obj is None:
            return False
        status = obj.get("status") or {}
        for condition in status.get("conditions") or ():
            if condition["type"].lower() == self._name:
                stale = condition.get("observedGeneration", status.get("observedGeneration"))
                if stale is not None and stale < obj["metadata"].get("generation", 0):
                    return False
                return bool(condition["status"].lower() == self._value)
        return False


class Field:
    """``--for=jsonpath='{PATH}'[=VALUE]``. Mirrors JSONPathWait."""

    def __init__(self, path: JsonPath, value: str | None) -> None:
        self._path, self._value = path, value

    def holds(self, obj: Obj | None) -> bool:
        found = [] if obj is None else [value for values in self._path.find(obj) for value in values]
        if not found:
            return False
        if len(found) > 1:
            raise UserError(f"given jsonpath expression matches more than one value: {found}")
        if self._value is None:
            return True
        if isinstance(found[0], (dict, list)):
            raise UserError("jsonpath leads to a nested object or list which is not supported")
        return _as_go_prints(found[0]) == self._value


class Gone:
    """``--for=delete``: no object, or another one of the same name."""

    def __init__(self) -> None:
        self._uids: dict[Key, str] = {}

    def expect(self, obj: Obj) -> None:
        """Remember which object is to go."""
        self._uids[key_of(obj)] = obj["metadata"]["uid"]

    def holds(self, obj: Obj | None) -> bool:
        return obj is None or obj["metadata"]["uid"] != self._uids.get(key_of(obj), obj["metadata"]["uid"])


class There:
    """``--for=create``."""

    def holds(self, obj: Obj | None) -> bool:
        return obj is not None


def _as_go_prints(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def awaited(text: str) -> Awaited:
    """What ``--for`` asks for; UserError. Mirrors conditionFuncFor."""
    lowered = text.lower()
    if lowered == "delete":
        return Gone()
    if lowered == "create":
        return There()
    if text.startswith("condition="):
        return Condition(text.removeprefix("condition="))
    if text.startswith("jsonpath="):
        return _field(text.removeprefix("jsonpath="))
    raise UserError(f'unrecognized condition: "{text}"')


def _field(text: str) -> Field:
    from kubesim.printers.jsonpath import parse, relaxed

    path, found, value = _split_path(text)
    if not path or (found and not value):
        raise UserError("jsonpath wait value cannot be empty" if path else "jsonpath expression cannot be empty")
    return Field(parse(relaxed(path)), value.strip("'\"") if found else None)


def _split_path(text: str) -> tuple[str, bool, str]:
    """The path and the value after its ``=``; a ``=`` inside the braces belongs to the path."""
    end = text.rfind("}")
    at = text.find("=", end + 1 if end >= 0 else 0)
    return (text, False, "") if at < 0 else (text[:at], True, text[at + 1 :])


def run(inv: Invocation) -> None:
    wanted = awaited(str(inv.flag("for")))
    session = Session.of(inv)
    cluster = session.read()
    request = Request(
        args=inv.args,
        files=session.files(inv, cluster),
        namespace=session.namespace(cluster),
        all_namespaces=bool(inv.flag("all-namespaces")),
        selector=str(inv.flag("selector")),
        field_selector=str(inv.flag("field-selector")),
        all=bool(inv.flag("all")),
    )
    result = request.resolve(cluster)
    if not result.items and not isinstance(wanted, Gone):
        raise UserError("no matching resources found")
    _wait(inv, session, result, wanted)


def _wait(inv: Invocation, session: Session, result: Result, wanted: Awaited) -> None:
    reporter = Reporter(inv)
    timeout = int(inv.flag("timeout"))
    kinds = {info.names.kind for info in result.infos()}
    if not kinds:
        return
    with session.follow(*kinds) as follower:
        until = follower.cluster.now + (WEEK if timeout < 0 else timeout)

        def act(info: Info) -> None:
            obj = _wait_for(follower, info, wanted, until)
            if obj is not None:
                reporter.tell(obj, "condition met")

        result.visit(act)


def _wait_for(follower: Follower, info: Info, wanted: Awaited, until: int) -> Obj | None:
    """Wait for one object; it as it is then, or as it was before it went, None if it was never there."""
    last = _first(follower, info, wanted)
    while True:
        obj = follower.cluster.find(info.names.kind, info.namespace, info.name)
        if wanted.holds(obj):
            return obj if obj is not None else last
        last = obj if obj is not None else last
        if not follower.step(until):
            raise UserError(f"timed out waiting for the condition on {info.names.plural}/{info.name}")


def _first(follower: Follower, info: Info, wanted: Awaited) -> Obj | None:
    """The object as it is at first; StatusError NotFound unless it need not be there."""
    if isinstance(wanted, There):
        return None
    try:
        obj = fetch(follower.cluster, info.names, info.namespace, info.name)
    except StatusError:
        if isinstance(wanted, Gone):
            return None
        raise
    if isinstance(wanted, Gone):
        wanted.expect(obj)
    return obj


COMMAND = Command(
    name="wait",
    use=(
        "wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) "
        "[--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]"
    ),
    short="Wait for a specific condition on one or many resources",
    long="Wait until a condition holds of every object that is named. Exit status 1 if --timeout passes before.",
    examples=(
        ("Until a Deployment is available", "wait deployment/web --for=condition=available --timeout=30s"),
        ("Until pods are ready", "wait pods -l app=web --for=condition=Ready"),
        ("Until a field has a value", "wait deployment/web --for=jsonpath='{.status.availableReplicas}'=2"),
        ("Until a pod is gone", "wait pod/web --for=delete --timeout=60s"),
    ),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        flags.FIELD_SELECTOR,
        flags.ALL_NAMESPACES,
        *flags.PRINT,
        Flag("all", type=bool, help="Wait for every object of the named types."),
        Flag(
            "for",
            required=False,
            help="What to wait for: create, delete, condition=NAME[=VALUE], jsonpath='{PATH}'[=VALUE].",
        ),
        Flag("local", type=bool, help="Look at the files alone."),
        Flag("timeout", type="duration", default=30_000, help="How long to wait; 0 means one look, less a week."),
    ),
    run=run,
)
