"""The pod-template-hash label: a sum over everything a pod template says.

Mirrors pkg/controller ComputeHash: the template is written as one string by Go's spew (types shown, map keys sorted,
no methods, no addresses), FNV-1a 32 is run over it and over the collision count, and the sum's decimal digits are
spelt in letters that make no words.  The template is what the controller reads from storage, so it holds every
default, and empty lists and maps are nil in it.
"""

from __future__ import annotations

from kubesim.api import quantity, schema
from kubesim.startup.function_cache import cache, lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.api.schema import Field, Type

    Writer = Callable[[Any], str]

_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_FNV_OFFSET = 2166136261
_FNV_PRIME = 16777619
_WORD = 64  # bits in a big.Word of the machines that controllers run on


def pod_template_hash(template: Obj, collision_count: int | None) -> str:
    """The label's value for a defaulted template; each collision count gives another one."""
    total = _fnv(dump(template))
    if collision_count is not None:
        total = _fnv_update(total, collision_count.to_bytes(8, "little"))
    return safe_encode(str(total))


def safe_encode(text: str) -> str:
    """Mirrors rand.SafeEncodeString."""
    return "".join(_LETTERS[ord(character) % len(_LETTERS)] for character in text)


def dump(template: Obj) -> str:
    """The string that is hashed."""
    template_type = schema.type_named("core/v1.PodTemplateSpec")
    return f"({template_type.prints}){_writer_of(template_type)(template)}"


@lru_cache(maxsize=256)
def _fnv(text: str) -> int:
    return _fnv_update(_FNV_OFFSET, text.encode())


def _fnv_update(total: int, data: bytes) -> int:
    for byte in data:
        total = (total ^ byte) * _FNV_PRIME & 0xFFFFFFFF
    return total


@cache
def _writer_of(type_: Type) -> Writer:
    """What writes a value of that type, its own type's name left out."""
    if type_.is_custom:
        return _CUSTOM_WRITERS[type_.name]
    if type_.kind == "struct":
        return _struct_writer(type_)
    if type_.kind == "pointer":
        return _writer_of(type_.elem)
    if type_.kind == "slice":
        return _slice_writer(type_)
    if type_.kind == "map":
        return _map_writer(type_)
    if type_.kind == "bool":
        return _write_bool
    return str


def _write_bool(value: bool) -> str:
    return "true" if value else "false"


def _struct_writer(type_: Type) -> Writer:
    parts = [_field_parts(field) for field in type_.fields]

    def write(value: Obj) -> str:
        texts = []
        for json, opening, absent, field_type, may_be_nil_if_empty in parts:
            item = value.get(json) if json else value
            if item is None or (may_be_nil_if_empty and not item):
                texts.append(absent)
            else:
                texts.append(opening + _writer_of(field_type)(item))
        return "{" + " ".join(texts) + "}"

    return write


def _field_parts(field: Field) -> tuple[str, str, str, Type, bool]:
    """A field's JSON name, what precedes its value, all of it when it is absent, and its type.

    The last part marks lists and maps: in storage an empty one is the same as none.
    """
    type_ = field.type
    opening = f"{field.name}:({type_.prints})"
    return field.json, opening, opening + _zero_of(type_), type_, type_.kind in ("slice", "map")


def _zero_of(type_: Type) -> str:
    if type_.name in _CUSTOM_ZEROS:
        return _CUSTOM_ZEROS[type_.name]
    if type_.kind == "struct":
        return _writer_of(type_)({})
    return _ZEROS.get(type_.kind, "0")


def _slice_writer(type_: Type) -> Writer:
    def write(value: list[Any]) -> str:
        writer = _writer_of(type_.elem)
        return "[" + " ".join([writer(item) for item in value]) + "]"

    return write


def _map_writer(type_: Type) -> Writer:
    def write(value: dict[str, Any]) -> str:
        writer = _writer_of(type_.elem)
        return "map[" + " ".join([f"{key}:{writer(value[key])}" for key in sorted(value)]) + "]"

    return write


def _write_quantity(text: str) -> str:
    amount = quantity.parse(text)
    value, scale, dec = amount.unscaled, amount.exponent, "<nil>"
    if amount.is_big:
        value, scale, dec = 0, 0, _write_dec(amount.unscaled, -amount.exponent)
    return (
        f"{{i:(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}}"
        f" d:(resource.infDecAmount){{Dec:(*inf.Dec){dec}}}"
        f" s:(string){amount.text} Format:(resource.Format){amount.format}}}"
    )


def _write_dec(unscaled: int, scale: int) -> str:
    """An inf.Dec: a big integer, its words least significant first, and a number of decimal places."""
    words = []
    rest = abs(unscaled)
    while rest:
        words.append(str(rest & (1 << _WORD) - 1))
        rest >>= _WORD
    digits = f"[{' '.join(words)}]" if words else "<nil>"
    sign = _write_bool(unscaled < 0)
    return f"{{unscaled:(big.Int){{neg:(bool){sign} abs:(big.nat){digits}}} scale:(inf.Scale){scale}}}"


def _write_int_or_string(value: int | str) -> str:
    is_text = isinstance(value, str)
    number, text = (0, value) if is_text else (value, "")
    return f"{{Type:(intstr.Type){int(is_text)} IntVal:(int32){number} StrVal:(string){text}}}"


def _write_time(text: str) -> str:
    """An instant in the local time zone of a machine that has none set, as the controller reads it."""
    from kubesim.api.meta import SECOND, parse_time

    since_year_1 = parse_time(text) // SECOND + _EPOCH_SINCE_YEAR_1
    return f"{{Time:(time.Time){{wall:(uint64)0 ext:(int64){since_year_1} loc:(*time.Location){_LOCAL}}}}}"


def _write_fields(value: Obj) -> str:
    import json

    text = json.dumps(value, separators=(",", ":"), sort_keys=True)
    return f"{{Raw:([]uint8)[{' '.join(str(byte) for byte in text.encode())}]}}"


_EPOCH_SINCE_YEAR_1 = 62135596800  # seconds
_LOCAL = (
    "{name:(string)UTC zone:([]time.zone)<nil> tx:([]time.zoneTrans)<nil> extend:(string)"
    " cacheStart:(int64)0 cacheEnd:(int64)0 cacheZone:(*time.zone)<nil>}"
)
_ZEROS = {"pointer": "<nil>", "slice": "<nil>", "map": "<nil>", "interface": "<nil>", "string": "", "bool": "false"}
_CUSTOM_ZEROS = {
    schema.QUANTITY: _write_quantity("0"),
    schema.INT_OR_STRING: _write_int_or_string(0),
    schema.TIME: "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}",
}
_CUSTOM_WRITERS: dict[str, Writer] = {
    schema.QUANTITY: _write_quantity,
    schema.INT_OR_STRING: _write_int_or_string,
    schema.TIME: _write_time,
    "meta/v1.FieldsV1": _write_fields,
}
