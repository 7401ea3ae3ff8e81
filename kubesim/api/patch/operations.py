"""JSON patches (RFC 6902). Mirrors github.com/evanphx/json-patch patch.go, and its words."""

from __future__ import annotations

import re

from kubesim.api.custom_types import kind_of
from kubesim.api.meta import copy_of
from kubesim.api.patch.problem import PatchError
from kubesim.golang.numbers import atoi, integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.api.meta import Obj

    Container = dict[str, Any] | list[Any]
    Operation = Callable[[Container, Obj], Container]

_MISSING = "missing value"
TEST_FAILED = "test failed"


def apply_operations(original: Any, operations: list[Obj]) -> Any:
    """A copy of ``original`` with the operations applied in turn; PatchError at the first that does not apply."""
    document = copy_of(original)
    for operation in operations:
        if not isinstance(operation, dict):
            raise PatchError(f"json: cannot unmarshal {kind_of(operation)} into Go value of type jsonpatch.Operation")
        kind = operation.get("op", "unknown")
        if not isinstance(kind, str) or kind not in _OPERATIONS:
            raise PatchError(f"Unexpected kind: {kind}")
        document = _OPERATIONS[kind](document, operation)
    return document


def _add(document: Container, operation: Obj) -> Container:
    path = _pointer(operation, "path", "add")
    holder, key = _find(document, path)
    if holder is None:
        raise PatchError(f'add operation does not apply: doc is missing path: "{path}": {_MISSING}')
    _within(f"error in add for path: '{path}'", lambda: _insert(holder, key, operation.get("value")))
    return document


def _remove(document: Container, operation: Obj) -> Container:
    path = _pointer(operation, "path", "remove")
    holder, key = _find(document, path)
    if holder is None:
        raise PatchError(f'remove operation does not apply: doc is missing path: "{path}": {_MISSING}')
    _within(f"error in remove for path: '{path}'", lambda: _delete(holder, key))
    return document


def _replace(document: Container, operation: Obj) -> Container:
    path = _pointer(operation, "path", "replace")
    value = operation.get("value")
    if path == "":
        if not isinstance(value, dict | list):
            raise PatchError("replace operation value must be object or array")
        return value
    holder, key = _find(document, path)
    if holder is None:
        raise PatchError(f"replace operation does not apply: doc is missing path: {path}: {_MISSING}")
    if not _has(holder, key):
        raise PatchError(f"replace operation does not apply: doc is missing key: {path}: {_MISSING}")
    if isinstance(holder, dict):
        holder[key] = value
    else:
        holder[_index_in(holder, key)] = value
    return document


def _move(document: Container, operation: Obj) -> Container:
    source = _pointer(operation, "from", "move")
    holder, key = _find(document, source)
    if holder is None:
        raise PatchError(f"move operation does not apply: doc is missing from path: {source}: {_MISSING}")
    value = _within(f"error in move for path: '{key}'", lambda: _get(holder, key))
    _within(f"error in move for path: '{key}'", lambda: _delete(holder, key))
    return _put(document, operation, value, "move")


def _copy(document: Container, operation: Obj) -> Container:
    source = _pointer(operation, "from", "copy")
    holder, key = _find(document, source)
    if holder is None:
        raise PatchError(f"copy operation does not apply: doc is missing from path: {source}: {_MISSING}")
    value = _within(f"error in copy for from: '{source}'", lambda: _get(holder, key))
    return _put(document, operation, copy_of(value), "copy")


def _put(document: Container, operation: Obj, value: Any, verb: str) -> Container:
    path = _pointer(operation, "path", verb)
    holder, key = _find(document, path)
    if holder is None:
        raise PatchError(f"{verb} operation does not apply: doc is missing destination path: {path}: {_MISSING}")
    where = f"error in move for path: '{path}'" if verb == "move" else "error while adding value during copy"
    _within(where, lambda: _insert(holder, key, value))
    return document


def _test(document: Container, operation: Obj) -> Container:
    path = _pointer(operation, "path", "test")
    found: Any = document
    if path != "":
        holder, key = _find(document, path)
        if holder is None:
            raise PatchError(f"test operation does not apply: is missing path: {path}: {_MISSING}")
        found = _within(f"error in test for path: '{path}'", lambda: _get(holder, key))
    if not _equal(found, operation.get("value")):
        raise PatchError(f"testing value {path} failed: {TEST_FAILED}")
    return document


_OPERATIONS: dict[str, Operation] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "copy": _copy,
    "test": _test,
}


def _pointer(operation: Obj, name: str, verb: str) -> str:
    pointer = operation.get(name)
    if not isinstance(pointer, str):
        raise PatchError(f"{verb} operation failed to decode {name}: {_MISSING}")
    return pointer


def _find(document: Container, path: str) -> tuple[Container | None, str]:
    """What holds the value that an RFC 6901 pointer names, and the last step to it; None where the way is missing."""
    _, *steps = path.split("/")
    if not steps:
        return None, ""
    holder: Any = document
    for step in steps[:-1]:
        name = _unescaped(step)
        if not isinstance(holder, dict | list) or not _has(holder, name):
            return None, ""
        holder = _get(holder, name)
    return (holder if isinstance(holder, dict | list) else None), _unescaped(steps[-1])


def _unescaped(step: str) -> str:
    return re.sub("~[01]", lambda match: "/" if match[0] == "~1" else "~", step)


def _has(holder: Container, key: str) -> bool:
    """Whether a value can be had; of a map any key can, for a missing one gives null."""
    if isinstance(holder, dict):
        return True
    index = integer(key, 10)
    return index is not None and -len(holder) <= index < len(holder)


def _get(holder: Container, key: str) -> Any:
    return holder.get(key) if isinstance(holder, dict) else holder[_index_in(holder, key)]


def _insert(holder: Container, key: str, value: Any) -> None:
    if isinstance(holder, dict):
        holder[key] = value
    elif key == "-":
        holder.append(value)
    else:
        try:
            index = atoi(key)
        except ValueError as error:
            raise PatchError(f"value was not a proper array index: '{key}': {error}") from None
        if not -len(holder) - 1 <= index <= len(holder):
            raise _no_such_index(index)
        holder.insert(index + len(holder) + 1 if index < 0 else index, value)


def _delete(holder: Container, key: str) -> None:
    if isinstance(holder, list):
        del holder[_index_in(holder, key)]
    elif key in holder:
        del holder[key]
    else:
        raise PatchError(f"Unable to remove nonexistent key: {key}: {_MISSING}")


def _index_in(holder: list[Any], key: str) -> int:
    try:
        index = atoi(key)
    except ValueError as error:
        raise PatchError(str(error)) from None
    if not -len(holder) <= index < len(holder):
        raise _no_such_index(index)
    return index


def _no_such_index(index: int) -> PatchError:
    return PatchError(f"Unable to access invalid index: {index}: invalid index referenced")


def _within(where: str, action: Callable[[], Any]) -> Any:
    """Run the action; an error gets the place where it happened."""
    try:
        return action()
    except PatchError as error:
        raise PatchError(f"{where}: {error}") from error


def _equal(left: Any, right: Any) -> bool:
    """Equal as JSON: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right)
