"""MutatingAdmissionPolicies change what comes in. Mirrors apiserver's policy/mutating.

What the other plugins would make of a changed object, upstream's second round, is not asked of them again; policies
that want to be asked again are.
"""

from __future__ import annotations

from kubesim import errors
from kubesim.api.cel.values import EvaluationError
from kubesim.cluster.admission.activation import Activation
from kubesim.cluster.admission.match_conditions import all_hold
from kubesim.cluster.admission.mutations import mutated
from kubesim.cluster.admission.policies import Invocation, invocations
from kubesim.errors import Cause, StatusError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client


def admit(attributes: Attributes, client: Client) -> None:
    """Let every policy that is in force change the request's object, in place; StatusError where one fails."""
    faults: list[tuple[Invocation, str, bool]] = []
    asked: list[Invocation] = []
    again: list[Invocation] = []
    for invocation in invocations("MutatingAdmissionPolicy", attributes, client):
        if invocation.fault:
            faults.append((invocation, invocation.fault, False))
        elif _change(invocation, attributes, client, faults):
            again += [other for other in asked if other not in again]
        if invocation.policy["spec"].get("reinvocationPolicy") == "IfNeeded":
            asked.append(invocation)
    for invocation in again:
        _change(invocation, attributes, client, faults)
    closed = [fault for fault in faults if fault[0].fails_closed]
    if closed:
        raise _refusal(attributes, closed)


def _change(
    invocation: Invocation, attributes: Attributes, client: Client, faults: list[tuple[Invocation, str, bool]]
) -> bool:
    """Let one policy change the object; whether it did."""
    spec = invocation.policy["spec"]
    if attributes.obj is None:
        return False
    before = dict(attributes.obj)
    definitions = spec.get("variables") or []
    holds = all_hold(
        spec.get("matchConditions") or [],
        Activation(attributes, client, params=invocation.params, definitions=definitions),
    )
    if holds is not True:
        if holds and invocation.fails_closed:
            faults.append((invocation, str(holds), True))
        return False
    for mutation in spec.get("mutations") or ():
        activation = Activation(attributes, client, params=invocation.params, definitions=definitions)
        try:
            new = mutated(dict(attributes.obj), mutation, activation)
        except (EvaluationError, ValueError) as error:
            faults.append((invocation, str(error), True))
            continue
        client.kinds.load(attributes.names.key).default(new)
        attributes.obj.clear()
        attributes.obj.update(new)
    return attributes.obj != before


def _refusal(attributes: Attributes, faults: list[tuple[Invocation, str, bool]]) -> StatusError:
    """Mirrors the policy dispatcher's: the first fault's words and reason, and all of them as causes."""
    plain = attributes.forbidden("admission request denied by policy")
    messages = [
        f"policy '{invocation.policy['metadata']['name']}' with binding '{invocation.binding['metadata']['name']}' "
        f"denied request: {why}"
        for invocation, why, _ in faults
    ]
    reason = "Invalid" if faults[0][2] else "Forbidden"
    causes = tuple(Cause("", message) for message in messages)
    return errors.StatusError(reason, messages[0], 403, plain.kind, plain.group, plain.name, causes)
