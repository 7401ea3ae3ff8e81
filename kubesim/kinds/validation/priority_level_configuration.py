"""What is wrong with a PriorityLevelConfiguration. Mirrors pkg/apis/flowcontrol/validation."""

from __future__ import annotations

from math import ceil, log2

from kubesim.api.fields import FieldError, Struct, forbidden, invalid, not_supported, required
from kubesim.kinds.common.flow_control import MANDATORY_PRIORITY_LEVELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_ROUND_TRIP = "flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares"
_MOST_QUEUES = 10_000_000
_HASH_BITS = 60
_NOT_NEGATIVE = "must be a non-negative integer"


def validate_priority_level_configuration(obj: Obj) -> list[FieldError]:
    """``obj`` has its defaults. Mirrors ValidatePriorityLevelConfiguration."""
    name, spec = obj["metadata"].get("name", ""), obj["spec"]
    wrong: list[FieldError] = []
    if _ROUND_TRIP in (obj["metadata"].get("annotations") or {}):
        wrong.append(forbidden("metadata.annotations", f"annotation '{_ROUND_TRIP}' is forbidden"))
    wrong += _validate_spec(spec, name)
    mandatory = MANDATORY_PRIORITY_LEVELS.get(name)
    if name == "exempt" and mandatory and {**spec, "exempt": mandatory["exempt"]} != mandatory:
        why = f"spec of '{name}' except the 'spec.exempt' field must equal the fixed value"
        wrong.append(invalid("spec", _spec_struct(spec), why))
    elif name != "exempt" and mandatory and spec != mandatory:
        wrong.append(invalid("spec", _spec_struct(spec), f"spec of '{name}' must equal the fixed value"))
    return wrong


def _validate_spec(spec: Obj, name: str) -> list[FieldError]:
    how, limited, exempt = spec["type"], spec.get("limited"), spec.get("exempt")
    wrong: list[FieldError] = []
    if (name == "exempt") is not (how == "Exempt"):
        wrong.append(invalid("spec.type", how, "must be 'Exempt' if and only if `name` is 'exempt'"))
    if how == "Exempt":
        if limited is not None:
            wrong.append(forbidden("spec.limited", "must be nil if the type is not Limited"))
        return wrong if exempt is None else wrong + _validate_shares(exempt, "spec.exempt")
    if how != "Limited":
        return [*wrong, not_supported("spec.type", how, ("Exempt", "Limited"))]
    if exempt is not None:
        wrong.append(forbidden("spec.exempt", "must be nil if the type is Limited"))
    if limited is None:
        return [*wrong, required("spec.limited", "must not be empty when type is Limited")]
    return wrong + _validate_limited(limited, "spec.limited")


def _validate_shares(level: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateExemptPriorityLevelConfiguration."""
    shares = level["nominalConcurrencyShares"]
    wrong = [invalid(f"{path}.nominalConcurrencyShares", shares, _NOT_NEGATIVE)] if shares < 0 else []
    return wrong + _validate_lendable(level, path)


def _validate_lendable(level: Obj, path: str) -> list[FieldError]:
    percent = level["lendablePercent"]
    if 0 <= percent <= 100:
        return []
    return [invalid(f"{path}.lendablePercent", percent, "must be between 0 and 100, inclusive")]


def _validate_limited(level: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateLimitedPriorityLevelConfiguration."""
    shares, borrowed = level["nominalConcurrencyShares"], level.get("borrowingLimitPercent")
    wrong = [invalid(f"{path}.nominalConcurrencyShares", shares, _NOT_NEGATIVE)] if shares < 0 else []
    wrong += _validate_response(level["limitResponse"], f"{path}.limitResponse")
    wrong += _validate_lendable(level, path)
    if borrowed is not None and borrowed < 0:
        wrong.append(invalid(f"{path}.borrowingLimitPercent", borrowed, f"if specified, {_NOT_NEGATIVE}"))
    return wrong


def _validate_response(response: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateLimitResponse."""
    how, queuing = response["type"], response.get("queuing")
    path, type_path = f"{path}.queuing", f"{path}.type"
    if how not in ("Queue", "Reject"):
        return [not_supported(type_path, how, ("Queue", "Reject"))]
    if how == "Reject":
        why = "must be nil if limited.limitResponse.type is not Limited"
        return [] if queuing is None else [forbidden(path, why)]
    if queuing is None:
        return [required(path, "must not be empty if limited.limitResponse.type is Limited")]
    return _validate_queuing(queuing, path)


def _validate_queuing(queuing: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidatePriorityLevelQueuingConfiguration."""
    limit, queues, hand = queuing["queueLengthLimit"], queuing["queues"], queuing["handSize"]
    wrong = [] if limit > 0 else [invalid(f"{path}.queueLengthLimit", limit, "must be positive")]
    if queues <= 0:
        wrong.append(invalid(f"{path}.queues", queues, "must be positive"))
    elif queues > _MOST_QUEUES:
        wrong.append(invalid(f"{path}.queues", queues, f"must not be greater than {_MOST_QUEUES}"))
    if hand <= 0:
        wrong.append(invalid(f"{path}.handSize", hand, "must be positive"))
    elif hand > queues:
        wrong.append(invalid(f"{path}.handSize", hand, f"should not be greater than queues ({queues})"))
    elif ceil(log2(queues) * hand) > _HASH_BITS:
        bits = f"required entropy bits of deckSize {queues} and handSize {hand}"
        wrong.append(invalid(f"{path}.handSize", hand, f"{bits} should not be greater than {_HASH_BITS}"))
    return wrong


def _spec_struct(spec: Obj) -> Struct:
    """The spec as Go has it in memory."""
    limited, exempt = spec.get("limited"), spec.get("exempt")
    return Struct(
        Type=spec["type"],
        Limited=None if limited is None else _limited_struct(limited),
        Exempt=None
        if exempt is None
        else Struct(
            NominalConcurrencyShares=exempt["nominalConcurrencyShares"], LendablePercent=exempt["lendablePercent"]
        ),
    )


def _limited_struct(limited: Obj) -> Struct:
    response = limited["limitResponse"]
    queuing = response.get("queuing")
    return Struct(
        NominalConcurrencyShares=limited["nominalConcurrencyShares"],
        LimitResponse=Struct(
            Type=response["type"],
            Queuing=None
            if queuing is None
            else Struct(
                Queues=queuing["queues"], HandSize=queuing["handSize"], QueueLengthLimit=queuing["queueLengthLimit"]
            ),
        ),
        LendablePercent=limited["lendablePercent"],
        BorrowingLimitPercent=limited.get("borrowingLimitPercent"),
    )
