"""Field selectors, as ``--field-selector`` takes them: parsed, matched, written. Mirrors apimachinery's pkg/fields."""

from __future__ import annotations

from kubesim.api.selectors import SelectorError
from kubesim.errors import bad_request
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Protocol

    from kubesim.api.meta import Obj
    from kubesim.errors import StatusError

    class Resource(Protocol):
        """What is asked of a kind's names."""

        @property
        def key(self) -> str: ...

        @property
        def group(self) -> str: ...

        @property
        def version(self) -> str: ...

        @property
        def plural(self) -> str: ...

        @property
        def is_custom(self) -> bool: ...

    class Selectable(Protocol):
        """What is asked of a kind: its names, and the value of an object's field, None for one it does not know."""

        @property
        def names(self) -> Resource: ...

        def field(self, obj: Obj, path: str) -> str | None: ...


# The kinds with more fields than their names have their own sentence about an unknown field; so have custom resources.
_OWN_FIELD_LABELS = frozenset(
    (
        *("CertificateSigningRequest", "Event", "Namespace", "Node", "Pod", "ReplicationController"),
        *("Secret", "Service"),
    )
)

_NO_OBJECT: Obj = {"metadata": {"name": "", "namespace": ""}}


class FieldTerm(NamedTuple):
    """One condition on a field."""

    field: str
    value: str
    negated: bool = False

    def __str__(self) -> str:
        value = self.value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
        return f"{self.field}{'!=' if self.negated else '='}{value}"


class FieldSelector(NamedTuple):
    """All of its terms."""

    terms: tuple[FieldTerm, ...] = ()

    def matches(self, kind: Selectable, obj: Obj) -> bool:
        """Whether the object's fields are as asked; StatusError BadRequest for a field that its kind does not know."""
        return all((self._value(kind, obj, term.field) == term.value) is not term.negated for term in self.terms)

    def check(self, kind: Selectable, label_selector: str = "") -> None:
        """StatusError BadRequest for a field that the kind does not know, before there is any object.

        ``label_selector`` is the text of the selector of labels beside this one.
        """
        for term in self.terms:
            self._value(kind, _NO_OBJECT, term.field, label_selector)

    def unknown(self, kind: Selectable) -> str:
        """Why the API server refuses the selector: a field that the kind does not know; empty if it knows all."""
        unknown = (term.field for term in self.terms if kind.field(_NO_OBJECT, term.field) is None)
        return next((_why_unknown(kind, field) for field in unknown), "")

    def _value(self, kind: Selectable, obj: Obj, field: str, label_selector: str = "") -> str:
        value = kind.field(obj, field)
        if value is not None:
            return value
        raise unable_to_find(kind.names, label_selector, str(self), _why_unknown(kind, field))

    def is_empty(self) -> bool:
        return not self.terms

    def __str__(self) -> str:
        return ",".join(map(str, self.terms))


def _why_unknown(kind: Selectable, field: str) -> str:
    if kind.names.key in _OWN_FIELD_LABELS or kind.names.is_custom:
        return f"field label not supported: {field}"
    from kubesim.golang.quoting import quote

    if kind.names.key == "Job":
        return f"field label {quote(field)} not supported for Job"
    if kind.names.key == "ResourceSlice":
        type_ = f"{kind.names.group}/{kind.names.version}, Kind=ResourceSlice"
        return f"field label not supported for {type_}: {field}"
    return f'{quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"'


def unable_to_find(names: Resource, label_selector: str, field_selector: str, why: str) -> StatusError:
    """What a client makes of a refusal to list. Mirrors cli-runtime's Selector.Visit."""
    from kubesim.golang.quoting import quote

    what = f'"{names.group}/{names.version}, Resource={names.plural}" that match label selector {quote(label_selector)}'
    return bad_request(f"Unable to find {what}, field selector {quote(field_selector)}: {why}")


def parse_field_selector(text: str) -> FieldSelector:
    """``a=b,c!=d``; SelectorError in upstream's words. Mirrors fields.ParseSelector."""
    return FieldSelector(tuple(_field_term(text, part) for part in sorted(_split_terms(text)) if part))


def _split_terms(text: str) -> Sequence[str]:
    """The parts between commas that no backslash escapes."""
    if not text:
        return ()
    import re

    return re.findall(r"(?:\\.|[^,\\]|\\$)+", text)


def _field_term(text: str, part: str) -> FieldTerm:
    import re

    found = re.match(r"(.*?)(!=|==|=)(.*)$", part, re.DOTALL)
    if found is None:
        raise SelectorError(f"invalid selector: '{text}'; can't understand '{part}'")
    field, operator, value = found.groups()
    return FieldTerm(field, _unescaped(value), operator == "!=")


def _unescaped(value: str) -> str:
    """Mirrors fields.UnescapeValue."""
    plain, at = "", 0
    while at < len(value):
        char = value[at]
        if char == "\\":
            escaped = value[at + 1 : at + 2]
            if escaped not in ("\\", ",", "="):
                raise SelectorError(f"invalid field selector: invalid escape sequence: \\{escaped}")
            char, at = escaped, at + 1
        elif char in ",=":
            raise SelectorError(f"invalid field selector: unescaped character in value: {ord(char)}")
        plain += char
        at += 1
    return plain
