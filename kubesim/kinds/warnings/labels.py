"""Labels of nodes that are on their way out. Mirrors pkg/api/node/util.go."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.well_known import BETA_ARCH, BETA_OS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

DEPRECATED_LABELS = {
    BETA_ARCH: 'deprecated since v1.14; use "kubernetes.io/arch" instead',
    BETA_OS: 'deprecated since v1.14; use "kubernetes.io/os" instead',
    "failure-domain.beta.kubernetes.io/region": ('deprecated since v1.17; use "topology.kubernetes.io/region" instead'),
    "failure-domain.beta.kubernetes.io/zone": 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    "beta.kubernetes.io/instance-type": 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
    "app.kubernetes.io/created-by": "deprecated since v1.9",
    "scheduler.alpha.kubernetes.io/preferAvoidPods": "deprecated since v1.22; use Taints and Tolerations instead",
    "node-role.kubernetes.io/master": 'use "node-role.kubernetes.io/control-plane" instead',
}


def warnings_for_node_terms(terms: Iterable[Obj], path: str) -> list[str]:
    """The required terms of a node affinity."""
    return [
        warning
        for index, term in enumerate(terms)
        for warning in warnings_for_node_term(term, f"{path}[{index}]", check_values=False)
    ]


def warnings_for_node_term(term: Obj, path: str, *, check_values: bool) -> list[str]:
    """Mirrors GetWarningsForNodeSelectorTerm."""
    found: list[str] = []
    for index, expression in enumerate(term.get("matchExpressions") or ()):
        at, key = f"{path}.matchExpressions[{index}]", expression.get("key", "")
        if key in DEPRECATED_LABELS:
            found.append(f"{at}.key: {key} is {DEPRECATED_LABELS[key]}")
        if check_values:
            found += [
                f"{at}.values[{place}]: {value} is invalid, {message}"
                for place, value in enumerate(expression.get("values") or ())
                for message in names.is_label_value(value)
            ]
    return found


def warnings_for_label_selector(selector: Obj, path: str) -> list[str]:
    """Mirrors GetWarningsForNodeSelector."""
    found = [
        f"{path}.matchExpressions[{index}].key: {expression['key']} is {DEPRECATED_LABELS[expression['key']]}"
        for index, expression in enumerate(selector.get("matchExpressions") or ())
        if expression["key"] in DEPRECATED_LABELS
    ]
    labels = selector.get("matchLabels") or ()
    return found + [f"{path}.matchLabels.{key}: {DEPRECATED_LABELS[key]}" for key in labels if key in DEPRECATED_LABELS]
