"""The approval that definitions in Kubernetes' own groups need. Mirrors validateAPIApproval."""

from __future__ import annotations

from kubesim.api.fields import FieldError, invalid, required
from kubesim.api.meta import annotations_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

ANNOTATION = "api-approved.kubernetes.io"
APPROVED, BYPASSED, MISSING, INVALID = "approved", "bypassed", "missing", "invalid"

_PATH = f"metadata.annotations[{ANNOTATION}]"
_SEE = "see https://github.com/kubernetes/enhancements/pull/1111"
_NEEDED = f'protected groups must have approval annotation "{ANNOTATION}"'


def is_protected(group: str) -> bool:
    """Whether a group is Kubernetes' own. Mirrors IsProtectedCommunityGroup."""
    return f".{group}".endswith((".k8s.io", ".kubernetes.io"))


def approval_state(obj: Obj) -> tuple[str, str]:
    """Whether a definition is approved, and why. Mirrors GetAPIApprovalState."""
    from kubesim.golang.quoting import quote

    text = annotations_of(obj).get(ANNOTATION, "")
    if not text:
        return MISSING, f"{_NEEDED}, {_SEE}"
    if text.startswith("unapproved"):
        return BYPASSED, f"not approved: {quote(text)}"
    if _is_address(text):
        return APPROVED, f"approved in {text}"
    return INVALID, f'{_NEEDED} with either a URL or a reason starting with "unapproved", {_SEE}'


def _is_address(text: str) -> bool:
    from kubesim.golang.url import parse_request_uri

    try:
        url = parse_request_uri(text)
    except ValueError:
        return False
    return bool(url.scheme and url.host)


def validate_approval(new: Obj, old: Obj | None) -> list[FieldError]:
    if not is_protected(new["spec"].get("group", "")):
        return []
    state, why = approval_state(new)
    if old is not None and approval_state(old)[0] == state:
        return []
    if state == MISSING:
        return [required(_PATH, why)]
    return [invalid(_PATH, annotations_of(new)[ANNOTATION], why)] if state == INVALID else []
