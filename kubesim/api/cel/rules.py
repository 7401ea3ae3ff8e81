"""x-kubernetes-validations of a resource: rules over its values, in its schema. Mirrors apiextensions' schema/cel."""

from __future__ import annotations

from contextlib import suppress

from kubesim.api import fields
from kubesim.api.cel.converted import converted
from kubesim.api.cel.equality import key_of
from kubesim.api.cel.evaluator import OVER_LIMIT, Evaluator
from kubesim.api.cel.field_paths import field_path
from kubesim.api.cel.names import names_in
from kubesim.api.cel.program import CompileError, instantiated
from kubesim.api.cel.rule_checks import check_rules
from kubesim.api.cel.values import NONE, EvaluationError, Optional
from kubesim.api.fields import OMITTED, FieldError
from kubesim.api.structural.schemas import EMBEDDED, LIST_MAP_KEYS, LIST_TYPE, VALIDATIONS
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.api.cel.syntax import Node
    from kubesim.api.structural.schemas import Schema

    Rule = dict[str, Any]

__all__ = ["check_rules", "validate_rules"]

_CALL_LIMIT = 1_000_000
_BUDGET = 10_000_000
_LONGEST_MESSAGE = 5 * 1024
_OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"


def validate_rules(
    schema: Schema, value: Any, path: str, old: Any = None, warn: Callable[[str], None] = lambda _: None
) -> list[FieldError]:
    """Everything that the rules of a schema say against a resource, in the place of ``old`` if that is not None.

    What they say against parts that are as they were is no error: ``warn`` gets it.
    """
    walk = _Walk(warn)
    with suppress(_OutOfBudget):
        walk.visit(_Place(schema, schema, path, value, old, _Correlation(value, old), is_resource=True))
    return walk.errors


class _OutOfBudget(Exception):  # noqa: N818
    """No more rules are evaluated."""


class _Correlation(NamedTuple):
    """Whether a value, or else the nearest one above it that has a predecessor, is as it was before an update.

    Mirrors ratchetingOptions.
    """

    value: Any
    old: Any
    is_correlated: bool = True

    @property
    def is_unchanged(self) -> bool:
        return self.old is not None and bool(self.value == self.old)

    def child(self, value: Any, old: Any, *, is_correlatable: bool) -> _Correlation:
        if not self.is_correlated or not is_correlatable or old is None:
            return self._replace(is_correlated=False)
        return _Correlation(value, old)


class _Place(NamedTuple):
    """A value in its schema: ``rules`` is the one whose rules hold there, ``schema`` the one that says what it is."""

    rules: Schema
    schema: Schema
    path: str
    value: Any
    old: Any
    correlation: _Correlation
    is_resource: bool = False


class _Walk:
    """One validation: its errors, and what it may still cost."""

    def __init__(self, warn: Callable[[str], None]) -> None:
        self.errors: list[FieldError] = []
        self._warn = warn
        self.budget = _BUDGET

    def visit(self, place: _Place) -> None:
        """Evaluate the rules of a place, and of everything below it."""
        if place.value is None:
            return
        if place.rules.get(VALIDATIONS):
            self._evaluate(place)
        for part in place.rules.get("allOf") or ():
            self.visit(place._replace(rules=part, correlation=place.correlation._replace(is_correlated=False)))
        if isinstance(place.value, list):
            self._visit_elements(place)
        elif isinstance(place.value, dict):
            self._visit_members(place)

    def _visit_elements(self, place: _Place) -> None:
        rules, items = place.rules.get("items"), place.schema.get("items")
        if not isinstance(rules, dict) or not isinstance(items, dict) or not has_rules(rules):
            return
        old = _by_keys(place.schema, place.old)
        keys = tuple(place.schema.get(LIST_MAP_KEYS) or ())
        is_map = place.schema.get(LIST_TYPE) == "map"
        for index, value in enumerate(place.value):
            before = old.get(key_of(value, keys)) if is_map else None
            beside = before if is_map else _at(place.old, index)
            correlation = place.correlation.child(value, beside, is_correlatable=is_map)
            self.visit(_Place(rules, items, f"{place.path}[{index}]", value, before, correlation, _is_embedded(items)))

    def _visit_members(self, place: _Place) -> None:
        is_correlatable = place.schema.get("x-kubernetes-map-type") in (None, "granular", "atomic")
        before = place.old if isinstance(place.old, dict) and is_correlatable else {}
        more_rules, more = place.rules.get("additionalProperties"), place.schema.get("additionalProperties")
        own_rules, own = place.rules.get("properties") or {}, place.schema.get("properties") or {}
        for name, value in place.value.items():
            if isinstance(more_rules, dict) and isinstance(more, dict):
                rules, schema, path = more_rules, more, f"{place.path}[{name}]"
            elif name in own_rules and name in own:
                rules, schema = own_rules[name], own[name]
                path = f"{place.path}.{name}" if place.path else name
            else:
                continue
            if has_rules(rules):
                old = before.get(name)
                correlation = place.correlation.child(value, old, is_correlatable=is_correlatable)
                self.visit(_Place(rules, schema, path, value, old, correlation, _is_embedded(schema)))

    # the rules of one place

    def _evaluate(self, place: _Place) -> None:
        self._require_budget(place)
        self_ = converted(place.value, place.schema, is_resource=place.is_resource)
        old = None if place.old is None else converted(place.old, place.schema, is_resource=place.is_resource)
        for rule in place.rules[VALIDATIONS]:
            if not str(rule.get("rule", "")).strip():
                continue
            try:
                node = instantiated(rule["rule"])
            except CompileError as wrong:
                self._invalid(place, f"rule compile error: {wrong}")
                continue
            uses_old = "oldSelf" in names_in(node)
            is_optional = bool(rule.get("optionalOldSelf"))
            if uses_old and old is None and not is_optional:
                continue
            variables = {"self": self_}
            if is_optional:
                variables["oldSelf"] = NONE if old is None else Optional(old)
            elif old is not None:
                variables["oldSelf"] = old
            self._judge(place, rule, node, variables, uses_old=uses_old)

    def _judge(self, place: _Place, rule: Rule, node: Node, variables: dict[str, Any], *, uses_old: bool) -> None:
        try:
            if self._value(place, node, variables) is True:
                return
        except EvaluationError as fault:
            self._report_fault(place, rule, str(fault))
            return
        path = place.path
        if rule.get("fieldPath"):
            below = field_path(rule["fieldPath"], place.schema)
            path = f"{path}.{below}" if path else below
        detail = self._message(place, rule, variables)
        value = OMITTED if place.schema.get("type") in ("object", "array") else place.value
        error = _error_for(rule.get("reason"), path or "<nil>", value, detail)
        if uses_old or not place.correlation.is_unchanged:
            self.errors.append(error)
        else:
            self._warn(str(error))

    def _value(self, place: _Place, node: Node, variables: dict[str, Any]) -> Any:
        evaluator = Evaluator(variables, limit=_CALL_LIMIT)
        try:
            return evaluator.evaluate(node)
        finally:
            self.budget -= evaluator.cost
            if self.budget < 0:
                self._require_budget(place)

    def _require_budget(self, place: _Place) -> None:
        if self.budget <= 0:
            self._invalid(place, _OUT_OF_BUDGET)
            raise _OutOfBudget

    def _report_fault(self, place: _Place, rule: Rule, error: str) -> None:
        shown = _shown(rule)
        if error.startswith("no such overload"):
            words = "call arguments did not match a supported operator, function or macro signature for rule"
            self._invalid(place, f"'{error}': {words}: {shown}")
        elif error.startswith(OVER_LIMIT):
            words = "no further validation rules will be run due to call cost exceeds limit for rule"
            self._invalid(place, f"'{error}': {words}: {shown}")
            raise _OutOfBudget
        else:
            self._invalid(place, f"{error} evaluating rule: {shown}")

    def _invalid(self, place: _Place, detail: str) -> None:
        self.errors.append(fields.invalid(place.path or "<nil>", place.schema.get("type", ""), detail))

    def _message(self, place: _Place, rule: Rule, variables: dict[str, Any]) -> str:
        """The words of a rule that is broken: its expression's, its own, or the rule itself."""
        if rule.get("messageExpression"):
            try:
                found = self._value(place, instantiated(rule["messageExpression"]), variables)
            except (EvaluationError, CompileError):
                found = None
            text = found.strip() if isinstance(found, str) else ""
            if text and "\n" not in text and len(text.encode()) <= _LONGEST_MESSAGE:
                return text
        return str(rule["message"]).strip() if rule.get("message") else f"failed rule: {_shown(rule)}"


def _shown(rule: Rule) -> str:
    """What errors call a rule: its message, or itself."""
    return str(rule.get("message") or rule["rule"]).strip()


def _error_for(reason: str | None, path: str, value: Any, detail: str) -> FieldError:
    if reason == fields.FORBIDDEN:
        return fields.forbidden(path, detail)
    if reason == fields.REQUIRED:
        return fields.required(path, detail)
    if reason == fields.DUPLICATE:
        return fields.duplicate(path, value)
    return fields.invalid(path, value, detail)


def has_rules(schema: Schema) -> bool:
    """Whether a schema has rules, itself or anywhere below."""
    if schema.get(VALIDATIONS):
        return True
    below = [*(schema.get("properties") or {}).values(), *(schema.get("allOf") or ())]
    below += [part for part in (schema.get("items"), schema.get("additionalProperties")) if isinstance(part, dict)]
    return any(map(has_rules, below))


def _is_embedded(schema: Schema) -> bool:
    return bool(schema.get(EMBEDDED))


def _by_keys(schema: Schema, old: Any) -> dict[tuple[Any, ...], Any]:
    """The former elements of a list of type map by their keys; of any other list, nothing."""
    if schema.get(LIST_TYPE) != "map" or not isinstance(old, list):
        return {}
    keys = tuple(schema.get(LIST_MAP_KEYS) or ())
    return {key_of(element, keys): element for element in old}


def _at(old: Any, index: int) -> Any:
    return old[index] if isinstance(old, list) and index < len(old) else None
