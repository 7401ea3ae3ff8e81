"""x-kubernetes-validations of a definition: whether its rules compile, and what they may cost.

Mirrors apiextensions' pkg/apis/apiextensions/validation, of which this is the part that deals with rules.
"""

from __future__ import annotations

from kubesim.api import fields
from kubesim.api.cel.checker import Environment
from kubesim.api.cel.cost import Coster
from kubesim.api.cel.declared import MAX_REQUEST, Structs, declared_by, escaped
from kubesim.api.cel.estimates import MOST
from kubesim.api.cel.field_paths import field_path
from kubesim.api.cel.names import names_in
from kubesim.api.cel.program import CompileError, compiled, instantiation_fault
from kubesim.api.cel.types import BOOL, STRING, optional_of
from kubesim.api.fields import FieldError, Struct
from kubesim.api.structural.schemas import EMBEDDED, LIST_TYPE, VALIDATIONS
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.api.cel.declared import Declared
    from kubesim.api.structural.schemas import Schema

    Rule = dict[str, Any]

_RULE_LIMIT = 10_000_000
_TOTAL_LIMIT = 100_000_000
_REASONS = (fields.DUPLICATE, fields.FORBIDDEN, fields.INVALID, fields.REQUIRED)


def check_rules(schema: Schema, path: str) -> list[FieldError]:
    """Everything that is wrong with the rules of a structural schema at a path."""
    walk = _Walk()
    walk.visit(schema, _Context(path, None, 1, is_root=True))
    return [*walk.schema_errors, *walk.rule_errors, *walk.total_errors(path)]


class _Context(NamedTuple):
    """Where the walk is. ``declared`` is what the schema above declares there, None where no rule holds above.

    ``most`` bounds how many values there are of the schema, None if nothing does.  ``uncorrelatable`` is the path
    within which values have no predecessors; rules within ``allOf`` and the like are not compiled.
    """

    path: str
    declared: Declared | None
    most: int | None
    is_root: bool = False
    uncorrelatable: str = ""
    compiles: bool = True

    def below(self, step: str, declared: Declared | None, most: int | None) -> _Context:
        return self._replace(path=f"{self.path}.{step}", declared=declared, most=most, is_root=False)


class _Walk:
    def __init__(self) -> None:
        self.schema_errors: list[FieldError] = []
        self.rule_errors: list[FieldError] = []
        self._total = 0
        self._expensive: list[tuple[str, int]] = []

    def visit(self, schema: Schema, context: _Context) -> None:
        """Check the rules of a schema, after those below it."""
        rules = schema.get(VALIDATIONS) or ()
        before = len(self.schema_errors)
        if rules and context.compiles and context.declared is None:
            is_resource = context.is_root or bool(schema.get(EMBEDDED))
            context = context._replace(declared=declared_by(schema, is_resource=is_resource))
        self._visit_below(schema, context)
        for index, rule in enumerate(rules):
            self.schema_errors += _check_form(schema, rule, f"{context.path}.x-kubernetes-validations[{index}]")
        if rules and context.compiles and len(self.schema_errors) == before:
            self._compile_all(rules, context)

    def _visit_below(self, schema: Schema, context: _Context) -> None:
        declared, count = context.declared, _times(context.most, _most_of(schema))
        element = declared.element if declared else None
        more, items = schema.get("additionalProperties"), schema.get("items")
        if isinstance(more, dict):
            self.visit(more, context.below("additionalProperties", element, count))
        within = context
        if schema.get("x-kubernetes-map-type") not in (None, "granular", "atomic"):
            within = context._replace(uncorrelatable=context.path)
        for name, inner in (schema.get("properties") or {}).items():
            field = (declared.fields or {}).get(escaped(name) or "") if declared else None
            self.visit(inner, within.below(f"properties[{name}]", field, count))
        for word in ("allOf", "oneOf", "anyOf"):
            for index, inner in enumerate(schema.get(word) or ()):
                self.visit(inner, context.below(f"{word}[{index}]", None, None)._replace(compiles=False))
        if isinstance(schema.get("not"), dict):
            self.visit(schema["not"], context.below("not", None, None)._replace(compiles=False))
        if isinstance(items, dict):
            if schema.get(LIST_TYPE) != "map":
                context = context._replace(uncorrelatable=context.path)
            self.visit(items, context.below("items", element, count))

    def _compile_all(self, rules: list[Rule], context: _Context) -> None:
        path = f"{context.path}.{VALIDATIONS}"
        if context.declared is None:
            words = "internal error: failed to construct type information for x-kubernetes-validations rules: "
            words += "unable to convert structural schema to CEL declarations"
            self.rule_errors.append(fields.internal(path, words))
            return
        for index, rule in enumerate(rules):
            self._compile(rule, f"{path}[{index}]", context, context.declared)

    def _compile(self, rule: Rule, path: str, context: _Context, declared: Declared) -> None:
        structs = Structs()
        self_ = structs.type_of(declared, "selfType")
        old = optional_of(self_) if rule.get("optionalOldSelf") else self_
        environment = Environment({"self": self_, "oldSelf": old}, structs)
        cost, fault, uses_old = _compiled(rule["rule"], environment, declared, "")
        count = MAX_REQUEST // (declared.smallest + 1) if context.most is None else context.most
        self._observe(f"{path}.rule", min(cost * count, MOST), "estimated rule cost")
        if fault:
            self.rule_errors.append(fields.invalid(f"{path}.rule", _shown(rule), fault))
        elif rule.get("messageExpression"):
            self._compile_message(rule, path, environment, declared)
        if uses_old:
            if context.uncorrelatable:
                words = "oldSelf cannot be used on the uncorrelatable portion of the schema within"
                self.rule_errors.append(
                    fields.invalid(f"{path}.rule", rule["rule"], f"{words} {context.uncorrelatable}")
                )
        elif rule.get("optionalOldSelf") is not None:
            words = "may not be set if oldSelf is not used in rule"
            self.rule_errors.append(fields.invalid(f"{path}.optionalOldSelf", rule["optionalOldSelf"], words))

    def _compile_message(self, rule: Rule, path: str, environment: Environment, declared: Declared) -> None:
        cost, fault, _ = _compiled(rule["messageExpression"], environment, declared, "messageExpression")
        if fault:
            self.rule_errors.append(fields.invalid(f"{path}.messageExpression", _shown(rule), fault))
        else:
            self._observe(f"{path}.messageExpression", cost, "estimated messageExpression cost")

    def _observe(self, path: str, cost: int, name: str) -> None:
        if cost > _RULE_LIMIT:
            self.rule_errors.append(fields.forbidden(path, _cost_message(name, cost, _RULE_LIMIT)))
        self._total = min(self._total + cost, MOST)
        if cost >= _TOTAL_LIMIT // 100:
            self._expensive.append((path, cost))

    def total_errors(self, path: str) -> list[FieldError]:
        """The errors for rules that are too expensive together."""
        if self._total <= _TOTAL_LIMIT:
            return []
        words = "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"
        dearest = sorted(self._expensive, key=lambda rule: -rule[1])[:4]
        name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema"
        whole = fields.forbidden(path, _cost_message(name, self._total, _TOTAL_LIMIT))
        return [*(fields.forbidden(place, words) for place, _ in dearest), whole]


def _compiled(source: str, environment: Environment, declared: Declared, what: str) -> tuple[int, str, bool]:
    """The greatest cost of an expression, what is wrong with it, and whether it names oldSelf."""
    before = f"{what} " if what else ""
    try:
        node = compiled(source, environment)
    except CompileError as error:
        return 0, f"{before}compilation failed: {error}", False
    if node.type != (STRING if what else BOOL):
        return 0, f"{what or 'cel expression'} must evaluate to a {'string' if what else 'bool'}", False
    uses_old = "oldSelf" in names_in(node)
    fault = instantiation_fault(node)
    if fault:
        return 0, f"{before or 'program '}instantiation failed: {fault}", uses_old
    return Coster(declared).cost(node).most, "", uses_old


def _check_form(schema: Schema, rule: Rule, path: str) -> list[FieldError]:
    """What is wrong with a rule before it is compiled."""
    text, message = str(rule.get("rule", "")), rule.get("message") or ""
    errors = []
    if not text.strip():
        errors.append(fields.required(f"{path}.rule", "rule is not specified"))
    elif message and not message.strip():
        errors.append(fields.invalid(f"{path}.message", message, "must be non-empty if specified"))
    elif _has_newlines(message.strip()):
        errors.append(fields.invalid(f"{path}.message", message, "must not contain line breaks"))
    elif _has_newlines(text.strip()) and not message.strip():
        errors.append(fields.required(f"{path}.message", "message must be specified if rule contains line breaks"))
    expression = rule.get("messageExpression") or ""
    if expression and not expression.strip():
        errors.append(fields.required(f"{path}.messageExpression", "messageExpression must be non-empty if specified"))
    if rule.get("reason") is not None and rule["reason"] not in _REASONS:
        errors.append(fields.not_supported(f"{path}.reason", rule["reason"], _REASONS))
    return errors + _check_field_path(schema, rule.get("fieldPath") or "", f"{path}.fieldPath")


def _check_field_path(schema: Schema, text: str, path: str) -> list[FieldError]:
    errors = []
    if text and not text.strip():
        errors.append(fields.invalid(path, text, "must be non-empty if specified"))
    if _has_newlines(text):
        errors.append(fields.invalid(path, text, "must not contain line breaks"))
    if text:
        try:
            field_path(text, schema)
        except ValueError:
            errors.append(fields.invalid(path, text, "must be a valid path"))
    return errors


def _has_newlines(text: str) -> bool:
    return "\n" in text or "\r" in text


def _most_of(schema: Schema) -> int | None:
    """How many values there are at most of what a schema holds, for each of its own. Mirrors extractMaxElements."""
    if schema.get("type") == "object" and schema.get("additionalProperties") is not None:
        most = schema.get("maxProperties")
    elif schema.get("type") == "array":
        most = schema.get("maxItems")
    else:
        return 1
    return None if most is None else max(most, 0)


def _times(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else min(first * second, MOST)


def _cost_message(name: str, cost: int, limit: int) -> str:
    factor = cost / limit
    shown = "more than 100x" if factor > 100 else f"{factor:f}x" if factor < 1.5 else f"{factor:.1f}x"
    advice = (
        "try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings"
    )
    return f"{name} exceeds budget by factor of {shown} ({advice} are declared)"


def _shown(rule: Rule) -> Struct:
    """A rule as errors print it: Go's struct, which has no names for JSON."""
    return Struct(
        Rule=rule.get("rule", ""),
        Message=rule.get("message", ""),
        MessageExpression=rule.get("messageExpression", ""),
        Reason=rule.get("reason"),
        FieldPath=rule.get("fieldPath", ""),
        OptionalOldSelf=rule.get("optionalOldSelf"),
    )
