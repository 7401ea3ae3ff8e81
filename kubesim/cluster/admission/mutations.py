"""What a mutation makes of an object. Mirrors apiserver's policy/mutating/patch."""

from __future__ import annotations

from kubesim.api.cel.functions.conversions import text_of
from kubesim.api.cel.values import Duration, Optional, Struct, Timestamp
from kubesim.api.decode import DecodeError, decode_into
from kubesim.api.managed_fields.partial import atomic_parts, merged_with, undeclared_fields
from kubesim.api.patch.operations import TEST_FAILED, apply_operations
from kubesim.api.patch.problem import PatchError
from kubesim.api.schema import type_of
from kubesim.errors import internal_error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission.activation import Activation


def mutated(obj: Obj, mutation: Obj, activation: Activation) -> Obj:
    """The object after a mutation; EvaluationError, or ValueError for a patch that does not fit it."""
    if mutation["patchType"] == "JSONPatch":
        return _patched(obj, activation.evaluate(mutation["jsonPatch"]["expression"].strip()))
    found = activation.evaluate(mutation["applyConfiguration"]["expression"].strip())
    _require_names(found)
    config = {**_plain(found), "apiVersion": obj["apiVersion"], "kind": obj["kind"]}
    wrong = undeclared_fields(config)
    if wrong:
        problems = [f"{path}: field not declared in schema" for path in wrong]
        summary = problems[0] if len(problems) == 1 else "\n  ".join(["errors:", *problems])
        raise ValueError(f"error applying patch: failed to convert patch object to typed object: {summary}")
    atomics = atomic_parts(config)
    if atomics:
        words = f"may not mutate atomic arrays, maps or structs: {', '.join(atomics)}"
        raise ValueError(f"error applying patch: invalid ApplyConfiguration: {words}")
    return merged_with(obj, config)


def _require_names(found: Any) -> None:
    """Objects in a configuration are called after their places in it. Mirrors CheckTypeNamesMatchFieldPathNames."""
    wrong = list(_misnamed(found, "Object"))
    if wrong:
        raise ValueError("type mismatch: " + "\n".join(wrong))


def _misnamed(value: Any, place: str) -> Iterator[str]:
    if isinstance(value, Struct):
        if value.type_name != place:
            words = "which matches field name path from root Object type"
            yield f'unexpected type name "{value.type_name}", expected "{place}", {words}'
        for name, member in value.items():
            yield from _misnamed(member, f"{place}.{name}")
    elif isinstance(value, (list, dict)):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _misnamed(member, place)


def _patched(obj: Obj, found: list[Struct]) -> Obj:
    """The object with the operations applied; as it was if a test among them fails."""
    operations = []
    for operation in found:
        value = operation.get("value")
        if isinstance(value, Struct):
            wrong = list(_misnamed(value, value.type_name))
            if wrong:
                raise ValueError("type mismatch: " + "\n".join(wrong))
        operations.append({key: _plain(member) for key, member in operation.items()})
    try:
        patched: Obj = apply_operations(obj, operations)
    except PatchError as error:
        if TEST_FAILED in str(error):
            return obj
        raise ValueError(f"JSON Patch: {error}") from None
    if type_of(obj["apiVersion"], obj["kind"]) is None:
        return patched
    try:
        return decode_into(patched, obj["apiVersion"], obj["kind"]).obj
    except DecodeError as error:
        raise internal_error(str(error)) from None


def _plain(value: Any) -> Any:
    """An expression's value as JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, bytes):
        from base64 import b64encode

        return b64encode(value).decode()
    if isinstance(value, (Duration, Timestamp)):
        return text_of(value)
    if isinstance(value, Optional):
        return _plain(value.value)
    return value
