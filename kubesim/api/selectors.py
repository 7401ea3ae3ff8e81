"""Label selectors and field selectors: parsed, matched, written.

Mirrors apimachinery's pkg/labels/selector.go, pkg/fields/selector.go and the conversions of metav1.LabelSelector.
"""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.api.fields import FieldError, invalid, invalid_for_each, required
from kubesim.api.fields import forbidden as forbidden_at
from kubesim.api.metadata_validation import validate_labels
from kubesim.errors import UserError, bad_request
from kubesim.golang.quoting import quote
from kubesim.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from kubesim.api.meta import Obj
    from kubesim.errors import StatusError

    class Resource(Protocol):
        """What is asked of a kind's names."""

        @property
        def kind(self) -> str: ...

        @property
        def group(self) -> str: ...

        @property
        def version(self) -> str: ...

        @property
        def plural(self) -> str: ...

    class Selectable(Protocol):
        """What is asked of a kind: its names, and the value of an object's field, None for one it does not know."""

        @property
        def names(self) -> Resource: ...

        def field(self, obj: Obj, path: str) -> str | None: ...


BINARY_OPERATORS = "in, notin, =, ==, !=, gt, lt"

# How the operators of a command line are written between key and value.
SIGNS = {"=": "=", "==": "==", "!=": "!=", "gt": ">", "lt": "<"}


class SelectorError(UserError):
    """A selector that cannot be understood; its message is upstream's."""


class Requirement(NamedTuple):
    """One condition on a label: ``operator`` is one of = == != in notin exists ! gt lt."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        operator, value = self.operator, labels.get(self.key)
        if operator in ("!=", "notin"):
            return value is None or value not in self.values
        if operator == "!":
            return value is None
        if value is None:
            return False
        if operator == "exists":
            return True
        if operator in ("gt", "lt"):
            return self._compares(value)
        return value in self.values

    def _compares(self, value: str) -> bool:
        number, limit = _integer(value), _integer(self.values[0])
        if number is None or limit is None:
            return False
        return number > limit if self.operator == "gt" else number < limit

    def __str__(self) -> str:
        if self.operator == "exists":
            return self.key
        if self.operator == "!":
            return f"!{self.key}"
        values = ",".join(sorted(self.values))
        if self.operator in SIGNS:
            return f"{self.key}{SIGNS[self.operator]}{values}"
        return f"{self.key} {self.operator} ({values})"


class Selector(NamedTuple):
    """All of its requirements, sorted by key; one without any matches everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        return all(requirement.matches(labels) for requirement in self.requirements)

    def is_empty(self) -> bool:
        return not self.requirements

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements))


class Nothing(Selector):
    """The selector that is not there: it matches nothing, yet is not empty. Mirrors labels.Nothing."""

    def matches(self, labels: Mapping[str, str]) -> bool:  # noqa: ARG002
        return False

    def is_empty(self) -> bool:
        return False


NOTHING = Nothing()


def from_labels(labels: Mapping[str, str] | None) -> Selector:
    """The selector that asks for exactly these labels. Mirrors labels.SelectorFromSet."""
    return _sorted([Requirement(key, "=", (value,)) for key, value in (labels or {}).items()])


_SET_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def from_label_selector(selector: Obj | None) -> Selector:
    """A metav1.LabelSelector's meaning: no selector matches nothing, an empty one everything.

    SelectorError for a selector that is not valid. Mirrors metav1.LabelSelectorAsSelector.
    """
    if selector is None:
        return NOTHING
    requirements = [_requirement(key, "=", (value,)) for key, value in (selector.get("matchLabels") or {}).items()]
    for expression in selector.get("matchExpressions") or ():
        operator = expression.get("operator", "")
        if operator not in _SET_OPERATORS:
            raise SelectorError(f"{quote(operator)} is not a valid label selector operator")
        values = tuple(expression.get("values") or ())
        requirements.append(_requirement(expression.get("key", ""), _SET_OPERATORS[operator], values))
    return _sorted(requirements)


def format_label_selector(selector: Obj | None) -> str:
    """How tables and descriptions show a metav1.LabelSelector. Mirrors metav1.FormatLabelSelector."""
    try:
        return str(from_label_selector(selector)) or "<none>"
    except SelectorError:
        return "<error>"


def _sorted(requirements: list[Requirement]) -> Selector:
    return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def _integer(text: str) -> int | None:
    """Mirrors strconv.ParseInt in base 10."""
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else None


def _requirement(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
    """A checked requirement; SelectorError with all that is wrong. Mirrors labels.NewRequirement."""
    wrong = [invalid("key", key, "; ".join(messages))] if (messages := names.is_qualified_name(key)) else []
    wrong += _count_errors(operator, values)
    for index, value in enumerate(values):
        if messages := names.is_label_value(value):
            wrong.append(invalid(f"values[{index}][{key}]", value, "; ".join(messages)))
    if wrong:
        told = list(dict.fromkeys(map(str, wrong)))
        raise SelectorError(told[0] if len(told) == 1 else f"[{', '.join(told)}]")
    return Requirement(key, operator, values)


def _count_errors(operator: str, values: tuple[str, ...]) -> list[FieldError]:
    if operator in ("in", "notin") and not values:
        return [invalid("values", list(values), "for 'in', 'notin' operators, values set can't be empty")]
    if operator in ("exists", "!") and values:
        return [invalid("values", list(values), "values set must be empty for exists and does not exist")]
    if operator not in ("gt", "lt"):
        return []
    why = "for 'Gt', 'Lt' operators, the value must be an integer"
    return [invalid(f"values[{index}]", value, why) for index, value in enumerate(values) if _integer(value) is None]


# parsing


class _Token(NamedTuple):
    kind: str
    text: str


_WORD = "word"
_END = "end"
_WRONG = "wrong"
_SPECIAL = "=!(),><"
_SYMBOLS = frozenset((")", ",", "!", "==", "=", ">", "<", "!=", "("))
_KEYWORDS = frozenset(("in", "notin"))


def _tokens(text: str) -> list[_Token]:
    tokens, at = [], 0
    while at < len(text):
        if text[at] in " \t\r\n":
            at += 1
            continue
        scan = _scan_symbol if text[at] in _SPECIAL else _scan_word
        token, at = scan(text, at)
        tokens.append(token)
    return [*tokens, _Token(_END, "")]


def _scan_symbol(text: str, at: int) -> tuple[_Token, int]:
    """The longest symbol at ``at``: ``!=`` rather than ``!``."""
    size = 2 if text[at : at + 2] in _SYMBOLS else 1
    symbol = text[at : at + size]
    return _Token(symbol if symbol in _SYMBOLS else _WRONG, symbol), at + size


def _scan_word(text: str, at: int) -> tuple[_Token, int]:
    end = at
    while end < len(text) and text[end] not in _SPECIAL and text[end] not in " \t\r\n":
        end += 1
    word = text[at:end]
    return _Token(word if word in _KEYWORDS else _WORD, word), end


class _Parser:
    """A recursive descent over the tokens. ``in`` and ``notin`` are words but where an operator is due."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    def peek(self) -> _Token:
        token = self.tokens[self.at]
        return _Token(_WORD, token.text) if token.kind in _KEYWORDS else token

    def take(self) -> _Token:
        token = self.peek()
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while self.peek().kind != _END:
            if self.peek().kind not in (_WORD, "!"):
                raise SelectorError(f"found '{self.peek().text}', expected: !, identifier, or 'end of string'")
            found.append(self.requirement())
            separator = self.take()
            if separator.kind == _END:
                break
            if separator.kind != ",":
                raise SelectorError(f"found '{separator.text}', expected: ',' or 'end of string'")
            if self.peek().kind not in (_WORD, "!"):
                raise SelectorError(f"found '{self.peek().text}', expected: identifier after ','")
        return found

    def requirement(self) -> Requirement:
        try:
            return self._requirement()
        except SelectorError as error:
            raise SelectorError(f"unable to parse requirement: {error.message}") from None

    def _requirement(self) -> Requirement:
        negated = self.peek().kind == "!"
        if negated:
            self.take()
        key = self.take()
        if key.kind != _WORD:
            raise SelectorError(f"found '{key.text}', expected: identifier")
        if messages := names.is_qualified_name(key.text):
            raise SelectorError(f"<nil>: {invalid('', key.text, '; '.join(messages)).message()}")
        if negated:
            return _requirement(key.text, "!", ())
        if self.peek().kind in (_END, ","):
            return _requirement(key.text, "exists", ())
        operator = self.operator()
        values = self.values() if operator in _KEYWORDS else (self.exact_value(),)
        return _requirement(key.text, operator, tuple(sorted(set(values))))

    def operator(self) -> str:
        token = self.tokens[self.at]
        self.take()
        if token.kind in ("=", "==", "!=", "in", "notin"):
            return token.kind
        if token.kind in ("<", ">"):
            return "lt" if token.kind == "<" else "gt"
        raise SelectorError(f"found '{token.text}', expected: {BINARY_OPERATORS}")

    def exact_value(self) -> str:
        if self.peek().kind in (_END, ","):
            return ""
        token = self.take()
        if token.kind != _WORD:
            raise SelectorError(f"found '{token.text}', expected: identifier")
        return token.text

    def values(self) -> tuple[str, ...]:
        opening = self.take()
        if opening.kind != "(":
            raise SelectorError(f"found '{opening.text}' expected: '('")
        first = self.peek()
        if first.kind == ")":
            self.take()
            return ("",)
        if first.kind not in (_WORD, ","):
            raise SelectorError(f"found '{first.text}', expected: ',', ')' or identifier")
        found = self.listed_values()
        if self.take().kind != ")":
            raise SelectorError(f"found '{first.text}', expected: ')'")
        return found

    def listed_values(self) -> tuple[str, ...]:
        """Words between commas; a comma with no word beside it stands for the empty value."""
        found: list[str] = []
        while True:
            token = self.take()
            following = self.peek().kind
            if token.kind == _WORD:
                found.append(token.text)
                if following == ")":
                    return tuple(found)
                if following != ",":
                    raise SelectorError(f"found '{self.peek().text}', expected: ',' or ')'")
            elif token.kind == ",":
                if not found or following in (")", ","):
                    found.append("")
                if following == ")":
                    return tuple(found)
            else:
                raise SelectorError(f"found '{token.text}', expected: ',', or identifier")


def parse_selector(text: str) -> Selector:
    """A selector as ``-l`` takes it; SelectorError in upstream's words. Mirrors labels.Parse."""
    return _sorted(_Parser(text).requirements())


# validation


def validate_label_selector(selector: Obj | None, path: str) -> list[FieldError]:
    """Everything that is wrong with a metav1.LabelSelector. Mirrors ValidateLabelSelector."""
    if selector is None:
        return []
    wrong = validate_labels(selector.get("matchLabels") or {}, f"{path}.matchLabels")
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        wrong += _validate_expression(expression, f"{path}.matchExpressions[{index}]")
    return wrong


def _validate_expression(expression: Obj, path: str) -> list[FieldError]:
    operator, values = expression.get("operator", ""), expression.get("values") or ()
    wrong: list[FieldError] = []
    if operator in ("In", "NotIn"):
        if not values:
            wrong.append(required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            wrong.append(forbidden_at(f"{path}.values", why))
    else:
        wrong.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    key = expression.get("key", "")
    wrong += invalid_for_each(f"{path}.key", key, names.is_qualified_name(key))
    for index, value in enumerate(values):
        wrong += invalid_for_each(f"{path}.values[{index}]", value, names.is_label_value(value))
    return wrong


# field selectors

# The kinds that know more fields than their names tell of an unknown one in words of their own.
_OWN_FIELD_LABELS = frozenset(
    ("Event", "Job", "Namespace", "Node", "Pod", "ReplicationController", "Secret", "Service")
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

    def _value(self, kind: Selectable, obj: Obj, field: str, label_selector: str = "") -> str:
        value = kind.field(obj, field)
        if value is not None:
            return value
        names = kind.names
        if names.kind in _OWN_FIELD_LABELS:
            why = f"field label not supported: {field}"
        else:
            why = f'{quote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"'
        raise unable_to_find(names, label_selector, str(self), why)

    def is_empty(self) -> bool:
        return not self.terms

    def __str__(self) -> str:
        return ",".join(map(str, self.terms))


def unable_to_find(names: Resource, label_selector: str, field_selector: str, why: str) -> StatusError:
    """What a client makes of a refusal to list. Mirrors cli-runtime's Selector.Visit."""
    what = f'"{names.group}/{names.version}, Resource={names.plural}" that match label selector {quote(label_selector)}'
    return bad_request(f"Unable to find {what}, field selector {quote(field_selector)}: {why}")


def parse_field_selector(text: str) -> FieldSelector:
    """``a=b,c!=d``; SelectorError in upstream's words. Mirrors fields.ParseSelector."""
    return FieldSelector(tuple(_field_term(text, part) for part in sorted(_split_terms(text)) if part))


def _split_terms(text: str) -> Sequence[str]:
    """The parts between commas that no backslash escapes."""
    return re.findall(r"(?:\\.|[^,\\]|\\$)+", text)


def _field_term(text: str, part: str) -> FieldTerm:
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
