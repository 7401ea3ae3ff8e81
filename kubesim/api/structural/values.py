"""Judging a value by its schema. Mirrors kube-openapi's validate.SchemaValidator, with the ratcheting of 1.36.

The checks come in upstream's order, and each that applies is counted: of the branches of an anyOf or oneOf that fail,
the one with most passed checks is reported.
"""

from __future__ import annotations

from kubesim.api.structural import result as failures
from kubesim.api.structural.numbers import FORMATS, check_number, is_whole
from kubesim.api.structural.result import Result
from kubesim.api.structural.schemas import INT_OR_STRING, additional, items_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.structural.correlation import Correlated
    from kubesim.api.structural.result import Failure
    from kubesim.api.structural.schemas import Schema

_JSON_TYPES: dict[type, str] = {bool: "boolean", str: "string", int: "integer", float: "number", list: "array"}
_VALUE_FORMATS = {"integer": "int64", "number": "float64"}


def judge(value: Any, schema: Schema, name: str, correlated: Correlated | None = None) -> Result:
    """What is wrong with a value; nothing of a part that corresponds to an equal old one."""
    result = _judge(value, schema, name, correlated)
    if result.failures and correlated is not None and correlated.is_unchanged():
        return Result(matches=result.matches)
    return result


def _judge(value: Any, schema: Schema, name: str, correlated: Correlated | None) -> Result:
    types, format_ = _types_of(schema), _format_of(schema)
    if value is None:
        result = _check_null(types, schema, name)
        _check_enum(value, schema, name, result)
        return result
    result = Result()
    if types or format_:
        _count(result, _check_type(value, types, format_, name))
    _count(result, _check_branches(value, schema, name))
    if isinstance(value, str):
        _count(result, _check_string(value, schema, name))
        _check_format(value, format_, name, result)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        _count(result, check_number(value, schema, name))
    elif isinstance(value, list):
        _count(result, _check_list(value, schema, name, correlated))
    _check_enum(value, schema, name, result)
    result.matches += 1
    if isinstance(value, dict):
        _count(result, _check_object(value, schema, name, correlated))
    result.matches += 1
    return result


def _count(result: Result, checked: Result) -> None:
    result.merge(checked)
    result.matches += 1


def _types_of(schema: Schema) -> tuple[str, ...]:
    if schema.get(INT_OR_STRING):
        return ("integer", "string")
    return (schema["type"],) if schema.get("type") else ()


def _format_of(schema: Schema) -> str:
    """The format, if it is one that is known for the type. Mirrors StripUnsupportedFormatsPostProcess."""
    name: str = schema.get("format", "")
    if not name:
        return ""
    type_ = "" if schema.get(INT_OR_STRING) else schema.get("type", "")
    if type_ in ("", "string"):
        from kubesim.api.structural.formats import is_known

        return name if is_known(name) else ""
    return name if name in FORMATS.get(type_, ()) else ""


def _check_null(types: tuple[str, ...], schema: Schema, name: str) -> Result:
    if types and not schema.get("nullable"):
        return Result([failures.wrong_type(name, ",".join(types), "null")])
    return Result(matches=1)


def _check_type(value: Any, types: tuple[str, ...], format_: str, name: str) -> Result:
    found = _JSON_TYPES.get(type(value), "object")
    is_float_int = found == "number" and "integer" in types and is_whole(value)
    fits = found in types or is_float_int or (found == "integer" and "number" in types)
    own_format = _VALUE_FORMATS.get(found, "")
    has_text = found in ("string", "array")
    if format_ and not has_text and not fits and own_format != format_:
        return Result([failures.wrong_type(name, format_, own_format)])
    if format_ and has_text and "number" not in types and "integer" not in types:
        return Result(matches=1)  # a string is judged by its format; a list, by nothing
    return Result(matches=1) if fits else Result([failures.wrong_type(name, ",".join(types), found)])


def _check_string(value: str, schema: Schema, name: str) -> Result:
    """The first thing that is wrong with a string's length or letters."""
    most, least, pattern = schema.get("maxLength"), schema.get("minLength"), schema.get("pattern")
    if most is not None and len(value) > most:
        return Result([failures.too_long(name, int(most))])
    if least is not None and len(value) < least:
        return Result([failures.invalid(name, value, f"should be at least {int(least)} chars long")])
    if pattern:
        return Result(_mismatch(value, pattern, name))
    return Result()


def _mismatch(value: str, pattern: str, name: str) -> list[Failure]:
    from kubesim.golang.regexp import RegexpError, matches

    try:
        if matches(pattern, value):
            return []
    except RegexpError as error:
        pattern = f"{pattern}, but pattern is invalid: {error}"
    return [failures.invalid(name, value, f"should match '{pattern}'")]


def _check_format(value: str, format_: str, name: str, result: Result) -> None:
    if format_:
        from kubesim.api.structural.formats import is_format, is_known

        if not is_known(format_):  # a number's
            return
        result.matches += 1
        if not is_format(format_, value):
            result.add(failures.wrong_type(name, format_, value))


def _check_list(value: list[Any], schema: Schema, name: str, correlated: Correlated | None) -> Result:
    result = Result()
    items = items_of(schema)
    if items is not None:
        for index, item in enumerate(value):
            result.merge(judge(item, items, f"{name}[{index}]", correlated.index(index) if correlated else None))
    least, most = schema.get("minItems"), schema.get("maxItems")
    if least is not None and len(value) < least:
        result.add(failures.invalid(name, len(value), f"should have at least {int(least)} items"))
    if most is not None and len(value) > most:
        result.add(failures.too_many(name, len(value), int(most), "items"))
    result.matches += 1
    return result


def _check_object(value: dict[str, Any], schema: Schema, name: str, correlated: Correlated | None) -> Result:
    result = Result()
    _check_size(value, schema, name, result)
    properties, any_schema = schema.get("properties") or {}, additional(schema)
    keys = sorted(value)
    if schema.get("additionalProperties") is False:
        for key in keys:
            if key not in properties:
                result.add(failures.not_allowed(name, key))
    if any_schema is not None:
        for key in keys:
            if key not in properties:
                result.merge(judge(value[key], any_schema, f"{name}.{key}", _child(correlated, name, key)))
    for key in keys:
        if key in properties:
            below = f"{name}.{key}" if name else key
            result.merge(judge(value[key], properties[key], below, _child(correlated, name, key)))
    for key in schema.get("required") or ():
        if key not in value:
            result.add(failures.required(f"{name}.{key}"))
    return result


def _check_size(value: dict[str, Any], schema: Schema, name: str, result: Result) -> None:
    least, most = schema.get("minProperties"), schema.get("maxProperties")
    if least is not None and len(value) < least:
        result.add(failures.invalid(name, len(value), f"should have at least {int(least)} properties"))
    if most is not None and len(value) > most:
        result.add(failures.too_many(name, len(value), int(most), "properties"))


def _child(correlated: Correlated | None, name: str, key: str) -> Correlated | None:
    """What a member corresponds to; apiVersion and kind, which are of the request, to nothing."""
    if correlated is None or (not name and key in ("apiVersion", "kind")):
        return None
    return correlated.key(key)


def _check_enum(value: Any, schema: Schema, name: str, result: Result) -> None:
    values = schema.get("enum") or ()
    if values and not any(_is_enumerated(value, allowed) for allowed in values):
        result.add(failures.not_in_enum(name, value, list(values)))


def _is_enumerated(value: Any, allowed: Any) -> bool:
    """Whether a value is one of an enumeration's, converted to its type as Go converts."""
    if value is None or allowed is None:
        return False
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(allowed, str):
            return isinstance(value, int) and allowed == _rune(value)
        if isinstance(allowed, bool) or not isinstance(allowed, (int, float)):
            return False
        return type(allowed)(value) == allowed
    from kubesim.api.structural.correlation import same

    return same(value, allowed)


def _rune(value: int) -> str:
    """The text of one character into which Go turns an integer."""
    return chr(value) if 0 <= value <= 0x10FFFF and not 0xD800 <= value < 0xE000 else "\ufffd"


def _check_branches(value: Any, schema: Schema, name: str) -> Result:
    """anyOf, oneOf, allOf and not; nothing in them is ratcheted by its parts."""
    result = Result()
    if schema.get("anyOf"):
        _check_any(value, schema["anyOf"], name, result)
    if schema.get("oneOf"):
        _check_one(value, schema["oneOf"], name, result)
    if schema.get("allOf"):
        _check_all(value, schema["allOf"], name, result)
    if schema.get("not") is not None and not judge(value, schema["not"], name).failures:
        result.add(failures.about_all(f"{_quoted(name)} must not validate the schema (not)"))
    result.matches += 1
    return result


def _check_any(value: Any, branches: list[Schema], name: str, result: Result) -> None:
    best: Result | None = None
    for branch in branches:
        judged = judge(value, branch, name)
        if not judged.failures:
            result.merge(judged)
            return
        if best is None or judged.matches > best.matches:
            best = judged
    result.add(failures.about_all(f"{_quoted(name)} must validate at least one schema (anyOf)"))
    if best is not None:
        result.merge(best)


def _check_one(value: Any, branches: list[Schema], name: str, result: Result) -> None:
    best: Result | None = None
    valid: list[Result] = []
    for branch in branches:
        judged = judge(value, branch, name)
        if not judged.failures:
            valid.append(judged)
        elif best is None or judged.matches > best.matches:
            best = judged
    if len(valid) == 1:
        result.merge(valid[0])
        return
    found = f"Found {len(valid)} valid alternatives" if valid else "Found none valid"
    result.add(failures.about_all(f"{_quoted(name)} must validate one and only one schema (oneOf). {found}"))
    if best is not None and not valid:
        result.merge(best)


def _check_all(value: Any, branches: list[Schema], name: str, result: Result) -> None:
    valid = 0
    for branch in branches:
        judged = judge(value, branch, name)
        valid += not judged.failures
        result.merge(judged)
    if valid != len(branches):
        none = "" if valid else ". None validated"
        result.add(failures.about_all(f"{_quoted(name)} must validate all the schemas (allOf){none}"))


def _quoted(name: str) -> str:
    from kubesim.golang.quoting import quote

    return quote(name)
