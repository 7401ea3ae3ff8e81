"""A CertificateSigningRequest: the API server writes the user that made it, whatever the request holds."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission


class CertificateSigningRequest(PlainKind):
    """Mirrors pkg/registry/certificates/certificates."""

    has_status = True

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the strategy's PrepareForCreate."""
        given = {field: value for field, value in (obj.get("spec") or {}).items() if field not in _OF_REQUESTOR}
        obj["spec"] = {**given, **admission.user_info()}

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        """A request cannot be changed. Mirrors the strategy's PrepareForUpdate."""
        super().prepare_for_update(new, old)
        new["spec"] = old["spec"]


_OF_REQUESTOR = ("username", "uid", "groups", "extra")
