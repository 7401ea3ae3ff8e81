"""Reading an object as the API server does: strictly typed, with a report of every unknown field.

Mirrors apimachinery pkg/runtime/serializer/json over sigs.k8s.io/json (kjson.UnmarshalStrict): a value of the wrong
type is remembered and reading goes on, a value that its own type cannot read ends it.  Clients send the keys of an
object sorted, and that is the order in which they are read.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api import custom_types, schema
from kubesim.api.custom_types import MismatchError, kind_of, number_text
from kubesim.api.encode import print_struct
from kubesim.api.meta import Obj, copy_of
from kubesim.startup.json_text import quote
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from kubesim.api.schema import Type

STRICT, WARN, IGNORE = "Strict", "Warn", "Ignore"

_MOST_UNKNOWN = 100
_RANGES = {
    "int": range(-(2**63), 2**63),
    "int32": range(-(2**31), 2**31),
    "int64": range(-(2**63), 2**63),
    "uint": range(2**64),
    "uint8": range(2**8),
    "uint64": range(2**64),
}


class Decoded(NamedTuple):
    """An object as its type prints it again, and what was dropped: ``unknown field "spec.replica"``."""

    obj: Obj
    unknown: list[str]


class DecodeError(ValueError):
    """Why an object cannot be read, in the decoder's words alone."""


def decode(obj: Obj, api_version: str, kind: str, *, strict: str = STRICT) -> Decoded:
    """Read a client's object; ``strict`` is the field validation: Strict, Warn or Ignore.

    Raises StatusError BadRequest for values of wrong types and, under Strict, for unknown fields.
    """
    try:
        return decode_into(obj, api_version, kind, strict=strict)
    except DecodeError as error:
        raise unreadable(api_version, kind, str(error)) from error


def unreadable(api_version: str, kind: str, why: str) -> errors.StatusError:
    """The refusal of an object that cannot be read."""
    version = api_version.rpartition("/")[2]
    return errors.bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {why}')


def decode_into(obj: Obj, api_version: str, kind: str, *, strict: str = STRICT) -> Decoded:
    """The same; what is wrong is raised as a DecodeError."""
    type_ = schema.type_of(api_version, kind)
    if type_ is None:
        return _decode_metadata_alone(obj, kind, strict)
    return decode_as(obj, type_, strict=strict)


def decode_as(obj: Obj, type_: Type, *, strict: str = STRICT) -> Decoded:
    """What is read as a type, whatever it says that it is; DecodeError."""
    reader = _Reader()
    read = reader.read_all(obj, type_)
    return settle(read, reader.unknown, strict)


def check_metadata(obj: Obj) -> None:
    """DecodeError where an object's metadata cannot be read; what else is wrong with the object is not checked.

    Mirrors cli-runtime's metadataValidatingDecoder.
    """
    meta = obj.get("metadata")
    if meta is None or (isinstance(meta, dict) and all(_is_plain(*item) for item in meta.items())):
        return
    _read_metadata(_Reader(), obj, "metadataOnlyObject")


def _is_plain(field: str, value: Any) -> bool:
    """Whether a field of metadata is one of those that people write, and as it should be."""
    if field in ("labels", "annotations"):
        return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())
    return field in ("name", "namespace", "generateName") and isinstance(value, str)


def _decode_metadata_alone(obj: Obj, kind: str, strict: str) -> Decoded:
    """An object of a kind without a known type: its metadata is read as every kind's, the rest stays as it is.

    But a spec or a status is a map, whatever is in it.
    """
    for field in ("spec", "status"):
        if not isinstance(obj.get(field) or {}, dict):
            version = str(obj.get("apiVersion", "")).rpartition("/")[2]
            where = f"Go struct field {kind}.{field} of type {version}.{kind}{field.capitalize()}"
            raise DecodeError(f"json: cannot unmarshal {kind_of(obj[field])} into {where}")
    reader = _Reader()
    metadata = _read_metadata(reader, obj, kind)
    kept = copy_of(obj)
    return settle({**kept, "metadata": metadata} if "metadata" in obj else kept, reader.unknown, strict)


def read_object_meta(meta: Any) -> Decoded:
    """Metadata by itself, and its unknown fields' paths (``foo``, without words); DecodeError if it cannot be read.

    Mirrors schema/objectmeta's GetObjectMetaWithOptions.
    """
    reader = _Reader()
    read = reader.read_all(meta, schema.type_named("meta/v1.ObjectMeta"))
    return Decoded(read, [problem.partition('"')[2][:-1] for problem in reader.unknown])


def _read_metadata(reader: _Reader, obj: Obj, kind: str) -> Obj:
    """The metadata of an object of a Go type of which nothing else is known."""
    type_ = schema.Type(kind, kind, "struct", "", ["metadata ObjectMeta meta/v1.ObjectMeta"])
    read = reader.read_all({"metadata": obj.get("metadata")}, type_)
    metadata: Obj = read["metadata"]
    return metadata


def strictness(wrong: Sequence[str], validation: str) -> str:
    """How strictly a patched object is read: what is ``wrong`` with the patch is told with what is found then."""
    return WARN if wrong and validation == STRICT else validation


def settled_with(decoded: Decoded, wrong: Sequence[str], validation: str) -> Decoded:
    """What field validation makes of what is wrong with a patch and with its result; DecodeError."""
    return settle(decoded.obj, [*wrong, *decoded.unknown], validation) if wrong else decoded


def settle(obj: Obj, unknown: list[str], strict: str) -> Decoded:
    """What field validation makes of unknown fields: an error, warnings, or nothing."""
    if unknown and strict == STRICT:
        raise DecodeError(f"strict decoding error: {', '.join(unknown)}")
    return Decoded(obj, unknown if strict == WARN else [])


class _Reader:
    """One reading: where it is in the object, and what it has found to be wrong."""

    def __init__(self) -> None:
        self.unknown: list[str] = []
        self._mismatch = ""
        self._struct = ""
        self._fields: list[tuple[Type, str]] = []
        self._path: list[str] = []

    def read_all(self, obj: Obj, type_: Type) -> Obj:
        try:
            read: Obj = self._read(obj, type_)
        except MismatchError as error:
            raise DecodeError(self._message(error)) from error
        except ValueError as error:
            raise DecodeError(str(error)) from error
        if self._mismatch:
            raise DecodeError(self._mismatch)
        return read

    def read_schema(self, value: Any, name: str) -> Any:
        """A JSON schema by itself, or a simpler value in its place; DecodeError."""
        read = self._read_schema_or(value, name)
        if self._mismatch:
            raise DecodeError(self._mismatch)
        return read

    def _read(self, value: Any, type_: Type) -> Any:
        """The value as it is printed again, None being nil."""
        if type_.kind == "pointer":
            return None if value is None else self._read(value, type_.elem)
        if type_.is_custom:
            is_schema = type_.name in schema.SCHEMAS_OR
            return self._read_schema_or(value, type_.name) if is_schema else custom_types.read(type_.name, value)
        if value is None:
            return print_struct(type_, {}) if type_.kind == "struct" else None
        if type_.kind == "struct" and isinstance(value, dict):
            return self._read_struct(value, type_)
        if type_.kind == "map" and isinstance(value, dict):
            return self._read_map(value, type_)
        if type_.kind == "slice":
            return self._read_slice(value, type_)
        return self._read_scalar(value, type_)

    def _read_struct(self, value: Obj, type_: Type) -> Obj:
        found: Obj = {}
        fields = type_.json_fields
        outer, self._struct = self._struct, type_.short_name
        for key in sorted(value):
            field = fields.get(key)
            if field is None:
                self._tell_unknown(key)
                continue
            self._struct = type_.short_name
            self._fields.append((type_, key))
            self._path.append(f".{key}" if self._path else key)
            found[key] = self._read(value[key], field.type)
            self._path.pop()
            self._fields.pop()
        self._struct = outer
        return print_struct(type_, found)

    def _read_map(self, value: Obj, type_: Type) -> Obj | None:
        found: Obj = {}
        for key in sorted(value):
            self._path.append(f".{key}")
            item = self._read(value[key], type_.elem)
            found[key] = "" if item is None and _is_text(type_.elem) else item
            self._path.pop()
        return found or None  # an empty one does not outlive storage

    def _read_slice(self, value: Any, type_: Type) -> Any:
        if isinstance(value, str) and type_.elem.kind == "uint8":
            return self._read_bytes(value)
        if not isinstance(value, list):
            return self._read_scalar(value, type_)
        found = []
        for index, item in enumerate(value):
            self._path.append(f"[{index}]")
            read = self._read(item, type_.elem)
            found.append(zero_of(type_.elem) if read is None else read)
            self._path.pop()
        return found or None

    def _read_bytes(self, value: str) -> str | None:
        try:
            return custom_types.read_base64(value)
        except ValueError as error:
            self._mismatch = self._mismatch or str(error)
            return None

    def _read_scalar(self, value: Any, type_: Type) -> Any:
        found = kind_of(value)
        if type_.kind == "interface" or found == type_.kind:
            return value
        if found == "number" and type_.kind == "float64":
            return value
        allowed = _RANGES.get(type_.kind)
        if found == "number" and allowed:
            if isinstance(value, int) and value in allowed:
                return value
            found = f"number {number_text(value)}"
        self._mismatch = self._mismatch or self._message(MismatchError(found, type_.prints))
        return None

    def _read_schema_or(self, value: Any, name: str) -> Any:
        """A JSON schema, or a simpler value in its place; unknown fields are dropped without a word there.

        Mirrors apiextensions' UnmarshalJSON methods.
        """
        of_schema = schema.type_named("apiextensions/v1.JSONSchemaProps")
        known, self.unknown = self.unknown, []
        try:
            if isinstance(value, dict):
                return self._read(value, of_schema)
            if name == schema.SCHEMA_OR_BOOL:
                if isinstance(value, bool):
                    return value
                raise ValueError("boolean or JSON schema expected")
            if not isinstance(value, list):
                return None
            if name == schema.SCHEMA_OR_ARRAY:
                return [self._read(item, of_schema) for item in value] or None
            return [custom_types.read_text(item) for item in value] or None
        finally:
            self.unknown = known

    def _message(self, error: MismatchError) -> str:
        """A mismatch with where it is: the innermost struct's name and the fields from the top, without indices.

        A field in an embedded struct is named with that struct: ``startupProbe.ProbeHandler.grpc``.
        """
        if not self._fields:
            return str(error)
        steps = [step for type_, key in self._fields for step in (*type_.embedded_in(key), key)]
        where = f"{self._struct}.{'.'.join(steps)}"
        return f"json: cannot unmarshal {error.found} into Go struct field {where} of type {error.wanted}"

    def _tell_unknown(self, key: str) -> None:
        path = "".join(self._path)
        problem = f"unknown field {quote(f'{path}.{key}' if path else key)}"
        if problem not in self.unknown and len(self.unknown) < _MOST_UNKNOWN:
            self.unknown.append(problem)


def read_custom(value: Any, name: str) -> Any:
    """The value of a type that reads itself, as it is printed again; ValueError if it cannot be read."""
    return _Reader().read_schema(value, name) if name in schema.SCHEMAS_OR else custom_types.read(name, value)


def _is_text(type_: Type) -> bool:
    """Whether a value is a string in JSON: bytes are one too."""
    return type_.kind == "string" or (type_.kind == "slice" and type_.elem.kind == "uint8")


_ZEROS = {"string": "", "bool": False, "float64": 0}


def zero_of(type_: Type) -> Any:
    """What a null in a list is read as; None where it stays one."""
    return 0 if type_.kind in _RANGES else _ZEROS.get(type_.kind)
