"""Label selectors: matched and written.

Mirrors apimachinery's pkg/labels/selector.go and the conversions of metav1.LabelSelector. What ``-l`` takes is read by
``kubesim.api.selector_parser``.
"""

from __future__ import annotations

from kubesim.errors import UserError, aggregated
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj

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
    return in_order([Requirement(key, "=", (value,)) for key, value in (labels or {}).items()])


_SET_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}


def from_label_selector(selector: Obj | None) -> Selector:
    """A metav1.LabelSelector's meaning: no selector matches nothing, an empty one everything.

    SelectorError for a selector that is not valid. Mirrors metav1.LabelSelectorAsSelector.
    """
    if selector is None:
        return NOTHING
    labels = tuple((selector.get("matchLabels") or {}).items())
    expressions = selector.get("matchExpressions") or ()
    return _asking(labels, expressions) if expressions else _asking_for_labels(labels)


@lru_cache(maxsize=256)  # controllers ask for those of their objects again and again
def _asking_for_labels(labels: tuple[tuple[str, str], ...]) -> Selector:
    return _asking(labels, ())


def _asking(labels: Iterable[tuple[str, str]], expressions: Iterable[Obj]) -> Selector:
    requirements = [new_requirement(key, "=", (value,)) for key, value in labels]
    for expression in expressions:
        operator = expression.get("operator", "")
        if operator not in _SET_OPERATORS:
            from kubesim.golang.quoting import quote

            raise SelectorError(f"{quote(operator)} is not a valid label selector operator")
        values = tuple(expression.get("values") or ())
        requirements.append(new_requirement(expression.get("key", ""), _SET_OPERATORS[operator], values))
    return in_order(requirements)


def format_label_selector(selector: Obj | None) -> str:
    """How tables and descriptions show a metav1.LabelSelector. Mirrors metav1.FormatLabelSelector."""
    try:
        return str(from_label_selector(selector)) or "<none>"
    except SelectorError:
        return "<error>"


def in_order(requirements: list[Requirement]) -> Selector:
    return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def _integer(text: str) -> int | None:
    from kubesim.golang.numbers import integer

    return integer(text, 10)


def new_requirement(key: str, operator: str, values: tuple[str, ...]) -> Requirement:
    """A checked requirement; SelectorError with all that is wrong. Mirrors labels.NewRequirement."""
    from kubesim.api import names
    from kubesim.api.fields import invalid

    wrong = [invalid("key", key, "; ".join(messages))] if (messages := names.is_qualified_name(key)) else []
    wrong += _count_errors(operator, values)
    for index, value in enumerate(values):
        if messages := names.is_label_value(value):
            wrong.append(invalid(f"values[{index}][{key}]", value, "; ".join(messages)))
    if wrong:
        raise SelectorError(aggregated(map(str, wrong)))
    return Requirement(key, operator, values)


def _count_errors(operator: str, values: tuple[str, ...]) -> list[FieldError]:
    from kubesim.api.fields import invalid

    if operator in ("in", "notin") and not values:
        return [invalid("values", list(values), "for 'in', 'notin' operators, values set can't be empty")]
    if operator in ("exists", "!") and values:
        return [invalid("values", list(values), "values set must be empty for exists and does not exist")]
    if operator not in ("gt", "lt"):
        return []
    why = "for 'Gt', 'Lt' operators, the value must be an integer"
    return [invalid(f"values[{index}]", value, why) for index, value in enumerate(values) if _integer(value) is None]
