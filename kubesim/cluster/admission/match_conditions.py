"""Conditions under which a webhook or a policy is called. Mirrors apiserver's webhook/matchconditions."""

from __future__ import annotations

from kubesim.api.cel.values import EvaluationError
from kubesim.cluster.admission.activation import Activation
from kubesim.errors import aggregated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def matches_conditions(conditions: list[Obj], attributes: Attributes, client: Client) -> bool | str:
    """Whether all conditions hold; what is wrong where some cannot be evaluated and none is false."""
    return all_hold(conditions, Activation(attributes, client))


def all_hold(conditions: list[Obj], activation: Activation) -> bool | str:
    """The same with what expressions see."""
    faults: list[str] = []
    for condition in conditions:
        try:
            if activation.evaluate(condition["expression"].strip()) is False:
                return False
        except EvaluationError as error:
            faults.append(str(error))
    return aggregated(faults) or True
