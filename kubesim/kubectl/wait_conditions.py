"""What ``wait --for`` waits for: a condition in a status, a field's value, that an object is there or gone.

Mirrors kubectl pkg/cmd/wait (condition.go, json.go, delete.go, create.go).
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, key_of
from kubesim.errors import UserError
from kubesim.golang.fmt import text as go_text
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from kubesim.kubectl.printers.jsonpath import JsonPath

    Awaited: TypeAlias = "Condition | Field | Gone | There"

BAD_PATH = (
    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or "
    "--for=jsonpath='{.status.readyReplicas}'"
)
NO_VALUE = "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3"


class Condition:
    """``--for=condition=NAME[=VALUE]``, whatever the case of letters. Mirrors ConditionalWait."""

    def __init__(self, text: str) -> None:
        name, has_value, value = text.partition("=")
        self._name, self._value = name.lower(), (value if has_value else "true").lower()

    def holds(self, obj: Obj | None) -> bool:
        """Whether the object has the condition in its status, of its present generation; None is a missing object."""
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

    def __init__(self, path: JsonPath, value: str) -> None:
        self._path, self._value = path, value

    def holds(self, obj: Obj | None) -> bool:
        """Whether the field has the value, or any if none is asked for; UserError for a path that finds several."""
        from kubesim.kubectl.printers.owners import with_owners

        results = [] if obj is None else self._path.find(with_owners(obj))
        if not results or not results[0]:
            return False
        if len(results) > 1:
            raise UserError("given jsonpath expression matches more than one list")
        if len(results[0]) > 1:
            raise UserError("given jsonpath expression matches more than one value")
        if not self._value:
            return True
        if isinstance(results[0][0], (dict, list)):
            raise UserError("jsonpath leads to a nested object or list which is not supported")
        return go_text(results[0][0]).strip() == self._value.strip()


class Gone:
    """``--for=delete``: there is no object, or another one of the same name."""

    def __init__(self) -> None:
        self._uids: dict[Key, str] = {}

    def expect(self, obj: Obj) -> None:
        """Remember the uid of the object that is to be deleted."""
        self._uids[key_of(obj)] = obj["metadata"]["uid"]

    def holds(self, obj: Obj | None) -> bool:
        """Whether the expected object is gone."""
        return obj is None or obj["metadata"]["uid"] != self._uids.get(key_of(obj), obj["metadata"]["uid"])


class There:
    """``--for=create``."""

    def holds(self, obj: Obj | None) -> bool:
        """Whether there is an object."""
        return obj is not None


def awaited(text: str) -> Awaited:
    """The condition that one ``--for`` names; UserError. Mirrors conditionFuncsFor."""
    lowered = text.lower()
    if lowered == "delete":
        return Gone()
    if lowered == "create":
        return There()
    if text.startswith("condition="):
        return Condition(text.removeprefix("condition="))
    if text.startswith("jsonpath="):
        return _field(text.removeprefix("jsonpath="))
    raise UserError(f"unrecognized condition: {quote(text)}")


def _field(text: str) -> Field:
    """A path and the value after its ``=``. Mirrors processJSONPathInput and newJSONPathParser."""
    from kubesim.kubectl.printers.jsonpath import parse, relaxed

    parts = [part.replace("\0", "==") for part in text.replace("==", "\0").split("=")]
    if len(parts) > 2:
        raise UserError(BAD_PATH)
    path = relaxed(parts[0])
    value = parts[1].strip("'\"") if len(parts) == 2 else ""
    if len(parts) == 2 and not value:
        raise UserError(NO_VALUE)
    if not path:
        raise UserError("jsonpath expression cannot be empty")
    return Field(parse(path), value)
