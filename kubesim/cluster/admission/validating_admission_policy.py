"""ValidatingAdmissionPolicies refuse requests, or warn of them. Mirrors apiserver's policy/validating.

Audit annotations are evaluated for the errors that they may come to; there is no audit log that has them.
"""

from __future__ import annotations

from kubesim.api.cel.equality import type_name
from kubesim.api.cel.values import EvaluationError
from kubesim.cluster.admission.activation import Activation
from kubesim.cluster.admission.match_conditions import all_hold
from kubesim.cluster.admission.policies import Invocation, invocations
from kubesim.errors import Cause, StatusError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster.admission import Attributes
    from kubesim.cluster.client import Client

_CODES = {"Forbidden": 403, "RequestEntityTooLarge": 413}
_LONGEST_MESSAGE = 5 * 1024


class Denial(NamedTuple):
    """Why a policy says no. One that ``is_config`` was not asked, and is refused whatever its binding's actions are."""

    message: str
    reason: str = "Invalid"
    is_config: bool = False


def validate(attributes: Attributes, client: Client) -> None:
    """Ask every policy that is in force; StatusError with the first denial of a binding that denies."""
    denials: list[tuple[Invocation, Denial]] = []
    for invocation in invocations("ValidatingAdmissionPolicy", attributes, client):
        for denial in _denials(invocation, attributes, client):
            actions = invocation.binding["spec"].get("validationActions") or ()
            if denial.is_config or "Deny" in actions:
                denials.append((invocation, denial))
            elif "Warn" in actions:
                client.warn(f"Validation failed for {_called(invocation)}: {denial.message}")
    if denials:
        raise _refusal(attributes, *denials[0])


def _called(invocation: Invocation) -> str:
    policy, binding = invocation.policy["metadata"]["name"], invocation.binding["metadata"]["name"]
    return f"ValidatingAdmissionPolicy '{policy}' with binding '{binding}'"


def _refusal(attributes: Attributes, invocation: Invocation, denial: Denial) -> StatusError:
    message = f"{_called(invocation)} denied request: {denial.message}"
    plain = attributes.forbidden(message)
    code = _CODES.get(denial.reason, 422)
    causes = (Cause("", message),)
    return StatusError(denial.reason, plain.message, code, plain.kind, plain.group, plain.name, causes)


def _denials(invocation: Invocation, attributes: Attributes, client: Client) -> Iterator[Denial]:
    """What a policy says against a request. Mirrors validator.Validate."""
    if invocation.fault:
        if invocation.fails_closed:
            yield Denial(invocation.fault, is_config=True)
        return
    spec = invocation.policy["spec"]
    activation = Activation(attributes, client, params=invocation.params, definitions=spec.get("variables") or [])
    holds = all_hold(spec.get("matchConditions") or [], activation)
    if holds is not True:
        if holds and invocation.fails_closed:
            yield Denial(str(holds))
        return
    for validation in spec.get("validations") or ():
        denial = _denial(validation, activation, fails_closed=invocation.fails_closed)
        if denial is not None:
            yield denial
    for annotation in spec.get("auditAnnotations") or ():
        fault = _annotation_fault(annotation, activation, fails_closed=invocation.fails_closed)
        if fault:
            yield Denial(fault, is_config=True)


def _denial(validation: Obj, activation: Activation, *, fails_closed: bool) -> Denial | None:
    """What one validation says."""
    try:
        if activation.evaluate(validation["expression"]) is True:
            return None
    except EvaluationError as error:
        return Denial(str(error)) if fails_closed else None
    return Denial(_message(validation, activation), validation.get("reason") or "Invalid")


def _message(validation: Obj, activation: Activation) -> str:
    """The words of a validation that failed: its expression's, its own, or the expression itself."""
    text = ""
    if validation.get("messageExpression"):
        try:
            found = activation.evaluate(validation["messageExpression"])
        except EvaluationError:
            found = None
        text = found.strip() if isinstance(found, str) else ""
        if "\n" in text or len(text.encode()) > _LONGEST_MESSAGE:
            text = ""
    return text or (validation.get("message") or "").strip() or f"failed expression: {validation['expression'].strip()}"


def _annotation_fault(annotation: Obj, activation: Activation, *, fails_closed: bool) -> str:
    expression = annotation["valueExpression"].strip()
    try:
        value = activation.evaluate(expression)
    except EvaluationError as error:
        return str(error) if fails_closed else ""
    if value is None or isinstance(value, str):
        return ""
    words = (
        f"valueExpression '{annotation['valueExpression']}' resulted in unsupported return type: {type_name(value)}. "
    )
    return words + "Return type must be either string or null."
