"""What is wrong with a Job's pod failure policy and success policy.

Mirrors validatePodFailurePolicy and validateSuccessPolicy of pkg/apis/batch/validation.
"""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.api.fields import (
    OMITTED,
    FieldError,
    Struct,
    duplicate,
    invalid,
    invalid_for_each,
    not_negative,
    one_of,
    required,
    too_long,
    too_many,
)
from kubesim.api.meta import dig
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

FAILURE_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_RULES, _CODES, _PATTERNS = 20, 255, 20
# In bytes.
_INDEXES = 64 * 1024
_ORDER = "non-increasing order, previous: {}, current: {}"


def validate_failure_policy(spec: Obj, path: str) -> list[FieldError]:
    rules = dig(spec, "podFailurePolicy", "rules", default=())
    wrong = [too_many(f"{path}.rules", len(rules), _RULES)] if len(rules) > _RULES else []
    for index, rule in enumerate(rules):
        wrong += _validate_failure_rule(rule, spec, f"{path}.rules[{index}]")
    return wrong


def _validate_failure_rule(rule: Obj, spec: Obj, path: str) -> list[FieldError]:
    action, at = rule.get("action", ""), f"{path}.action"
    if action == "FailIndex" and "backoffLimitPerIndex" not in spec:
        wrong = [invalid(at, action, "requires the backoffLimitPerIndex to be set")]
    else:
        wrong = _one_of_or_required(at, action, FAILURE_ACTIONS)
    codes, conditions = rule.get("onExitCodes"), rule.get("onPodConditions") or ()
    wrong += [] if codes is None else _validate_exit_codes(codes, spec, f"{path}.onExitCodes")
    wrong += _validate_conditions(conditions, f"{path}.onPodConditions")
    if codes is not None and conditions:
        wrong.append(invalid(path, OMITTED, "specifying both OnExitCodes and OnPodConditions is not supported"))
    if codes is None and not conditions:
        wrong.append(invalid(path, OMITTED, "specifying one of OnExitCodes and OnPodConditions is required"))
    return wrong


def _one_of_or_required(path: str, value: str, supported: Iterable[str]) -> list[FieldError]:
    if value:
        return one_of(path, value, supported)
    return [required(path, f"valid values: [{' '.join(map(quote, supported))}]")]


def _validate_conditions(patterns: Iterable[Obj], path: str) -> list[FieldError]:
    patterns = list(patterns)
    wrong = [too_many(path, len(patterns), _PATTERNS)] if len(patterns) > _PATTERNS else []
    for index, pattern in enumerate(patterns):
        kind, at = pattern.get("type", ""), f"{path}[{index}]"
        wrong += invalid_for_each(f"{at}.type", kind, names.is_qualified_name(kind))
        wrong += _one_of_or_required(f"{at}.status", pattern.get("status", ""), ("False", "True", "Unknown"))
    return wrong


def _validate_exit_codes(codes: Obj, spec: Obj, path: str) -> list[FieldError]:
    operator, values = codes.get("operator", ""), codes.get("values") or []
    wrong = _one_of_or_required(f"{path}.operator", operator, ("In", "NotIn"))
    pod_spec = spec["template"]["spec"]
    containers = [*(pod_spec.get("containers") or ()), *(pod_spec.get("initContainers") or ())]
    name = codes.get("containerName")
    if name is not None and name not in [container.get("name") for container in containers]:
        why = "must be one of the container or initContainer names in the pod template"
        wrong.append(invalid(f"{path}.containerName", name, why))
    if not values:
        wrong.append(invalid(f"{path}.values", values, "at least one value is required"))
    elif len(values) > _CODES:
        wrong.append(too_many(f"{path}.values", len(values), _CODES))
    for index, value in enumerate(values):
        at = f"{path}.values[{index}]"
        wrong += [invalid(at, 0, "must not be 0 for the In operator")] if operator == "In" and value == 0 else []
        wrong += [duplicate(at, value)] if value in values[:index] else []
    return wrong if values == sorted(values) else [*wrong, invalid(f"{path}.values", values, "must be ordered")]


def validate_success_policy(spec: Obj, path: str) -> list[FieldError]:
    policy = spec.get("successPolicy")
    if policy is None:
        return []
    rules = policy.get("rules") or ()
    if spec.get("completionMode") != "Indexed":
        shown = Struct(Rules=[_rule_struct(rule) for rule in rules] or None)
        return [invalid(path, shown, "requires indexed completion mode")]
    wrong: list[FieldError] = []
    if not rules:
        why = "at least one rules must be specified when the successPolicy is specified"
        wrong.append(required(f"{path}.rules", why))
    if len(rules) > _RULES:
        wrong.append(too_many(f"{path}.rules", len(rules), _RULES))
    for index, rule in enumerate(rules):
        wrong += _validate_success_rule(rule, spec.get("completions", 0), f"{path}.rules[{index}]")
    return wrong


def _rule_struct(rule: Obj) -> Struct:
    """A SuccessPolicyRule as the API server's own type prints it."""
    return Struct(SucceededIndexes=rule.get("succeededIndexes"), SucceededCount=rule.get("succeededCount"))


def _validate_success_rule(rule: Obj, completions: int, path: str) -> list[FieldError]:
    count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
    if count is None and indexes is None:
        return [required(path, "at least one of succeededCount or succeededIndexes must be specified")]
    wrong: list[FieldError] = []
    total, why = _count_indexes(indexes or "", completions)
    at = f"{path}.succeededIndexes"
    wrong += [too_long(at, _INDEXES)] if len(indexes or "") > _INDEXES else []
    wrong += [invalid(at, indexes, f"error parsing succeededIndexes: {why}")] if why else []
    if count is None:
        return wrong
    at = f"{path}.succeededCount"
    wrong += not_negative(at, count)
    limits = {f"{completions} (the number of specified completions)": completions}
    if indexes is not None:
        limits[f"{total} (the number of indexes in the specified succeededIndexes field)"] = total
    return wrong + [
        invalid(at, count, f"must be less than or equal to {called}") for called, most in limits.items() if count > most
    ]


def _count_indexes(text: str, completions: int) -> tuple[int, str]:
    """How many indexes ``1,3-5`` names, and what is wrong with it. Mirrors validateIndexesFormat."""
    total, last = 0, -1
    for interval in text.split(",") if text else ():
        ends = interval.split("-")
        if len(ends) > 2:
            rule = "an index interval can have at most two parts separated by '-'"
            return 0, f"the fragment {quote(interval)} violates the requirement that {rule}"
        for end in ends:
            if not re.fullmatch(r"[+-]?[0-9]+", end, re.ASCII):
                return 0, f"cannot convert string to integer for index: {quote(end)}"
            if int(end) >= completions:
                return 0, f"too large index: {quote(end)}"
        first, until = int(ends[0]), int(ends[-1])
        if len(ends) == 2 and first >= until:
            return 0, _ORDER.format(first, until)
        if total and last >= first:
            return 0, _ORDER.format(last, first)
        total, last = total + until - first + 1, until
    return total, ""
