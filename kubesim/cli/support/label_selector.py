"""A selector in the notation of ``-l`` as the LabelSelector of an object. Mirrors metav1.ParseToLabelSelector."""

from __future__ import annotations

from kubesim.api.selector_parser import parse_selector
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.api.selectors import Requirement

_EQUALITIES = ("=", "==")
_OPERATORS = {"in": "In", "notin": "NotIn", "exists": "Exists", "!": "DoesNotExist"}


def parse_label_selector(text: str) -> Obj:
    """The selector with its equalities as matchLabels; UserError for a text that is none, and for !=, < and >."""
    try:
        requirements = parse_selector(text).requirements
    except UserError as error:
        raise UserError(f'couldn\'t parse the selector string "{text}": {error}') from error
    labels = {each.key: each.values[0] for each in requirements if each.operator in _EQUALITIES}
    expressions = [_expression(each) for each in requirements if each.operator not in _EQUALITIES]
    parts = {"matchLabels": labels, "matchExpressions": expressions}
    return {field: part for field, part in parts.items() if part}


def _expression(requirement: Requirement) -> Obj:
    if requirement.operator in ("gt", "lt"):
        raise UserError(f'"{requirement.operator}" isn\'t supported in label selectors')
    if requirement.operator not in _OPERATORS:
        raise UserError(f'"{requirement.operator}" is not a valid label selector operator')
    expression: Obj = {"key": requirement.key, "operator": _OPERATORS[requirement.operator]}
    return {**expression, "values": sorted(requirement.values)} if requirement.values else expression
