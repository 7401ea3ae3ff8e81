"""What is wrong with a CSIDriver. Mirrors ValidateCSIDriver of pkg/apis/storage/validation."""

from __future__ import annotations

from kubesim.api.fields import FieldError, duplicate, immutable, invalid, not_supported, one_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

_FS_GROUP_POLICIES = ("File", "None", "ReadWriteOnceWithFSType")
_MODES = ("Persistent", "Ephemeral")
_SHORTEST, _LONGEST = 600, 2**32  # seconds


def validate_csi_driver(obj: Obj) -> list[FieldError]:
    """``obj`` has its defaults."""
    spec = obj["spec"]
    tokens = spec.get("tokenRequests") or ()
    wrong = one_of("spec.fsGroupPolicy", spec["fsGroupPolicy"], _FS_GROUP_POLICIES)
    wrong += _validate_token_requests(tokens)
    modes = spec["volumeLifecycleModes"]
    wrong += [not_supported("spec.volumeLifecycleModes", mode, _MODES) for mode in modes if mode not in _MODES]
    period = spec.get("nodeAllocatableUpdatePeriodSeconds")
    if period is not None and period < 10:
        why = "must be greater than or equal to 10 seconds"
        wrong.append(invalid("spec.nodeAllocatableUpdatePeriodSeconds", period, why))
    in_secrets = spec.get("serviceAccountTokenInSecrets")
    if in_secrets is not None and not tokens:
        why = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        wrong.append(invalid("spec.serviceAccountTokenInSecrets", in_secrets, why))
    return wrong


def _validate_token_requests(requests: Sequence[Obj]) -> list[FieldError]:
    wrong: list[FieldError] = []
    seen: set[str] = set()
    for index, request in enumerate(requests):
        path, audience, seconds = f"spec.tokenRequests[{index}]", request["audience"], request.get("expirationSeconds")
        if audience in seen:
            wrong.append(duplicate(f"{path}.audience", audience))
            continue
        seen.add(audience)
        if seconds is not None and seconds < _SHORTEST:
            why = "may not specify a duration less than 10 minutes"
            wrong.append(invalid(f"{path}.expirationSeconds", seconds, why))
        if seconds is not None and seconds > _LONGEST:
            why = "may not specify a duration larger than 2^32 seconds"
            wrong.append(invalid(f"{path}.expirationSeconds", seconds, why))
    return wrong


def validate_csi_driver_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateCSIDriverUpdate, with its name for ``attachRequired``."""
    spec, before = new["spec"], old["spec"]
    wrong = validate_csi_driver(new)
    wrong += immutable("spec.attachedRequired", spec["attachRequired"], before["attachRequired"])
    modes = "volumeLifecycleModes"
    return wrong + immutable(f"spec.{modes}", spec[modes], before[modes])
