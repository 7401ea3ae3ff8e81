"""A CertificateSigningRequest: the API server writes the user that made it, whatever the request holds."""

from __future__ import annotations

from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.base import Admission
    from kubesim.kinds.common.plain_columns import Cells

_OF_REQUESTOR = ("username", "uid", "groups", "extra")


class CertificateSigningRequest(PlainKind):
    """Mirrors pkg/registry/certificates/certificates."""

    has_status = True

    def cells(self) -> Cells:
        """Mirrors printCertificateSigningRequest."""
        from kubesim.kinds.common.plain_columns import AGE, columns, text

        return columns(
            ("AGE", AGE),
            ("SIGNERNAME", text("spec", "signerName", missing="<none>")),
            ("REQUESTOR", text("spec", "username")),
            ("REQUESTEDDURATION", _requested_duration),
            ("CONDITION", state_of),
        )

    def admit(self, obj: Obj, admission: Admission) -> None:
        """Mirrors the strategy's PrepareForCreate."""
        given = {field: value for field, value in (obj.get("spec") or {}).items() if field not in _OF_REQUESTOR}
        obj["spec"] = {**given, **admission.user_info()}

    def prepare_for_update(self, new: Obj, old: Obj) -> None:
        """A request cannot be changed. Mirrors the strategy's PrepareForUpdate."""
        super().prepare_for_update(new, old)
        new["spec"] = old["spec"]

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.certificate_signing_request import validate_certificate_signing_request

        return validate_certificate_signing_request(obj)

    def validate_status_update(self, new: Obj, old: Obj, subresource: str) -> list[FieldError]:
        from kubesim.kinds.validation.certificate_signing_request import validate_decision

        return validate_decision(new, old, subresource)

    def field(self, obj: Obj, path: str) -> str | None:
        if path == "spec.signerName":
            return str((obj.get("spec") or {}).get("signerName", ""))
        return super().field(obj, path)


def _requested_duration(obj: Obj) -> str:
    from kubesim.api.human_duration import human_duration

    seconds = obj["spec"].get("expirationSeconds")
    return "<none>" if seconds is None else human_duration(seconds * 1000)


def state_of(obj: Obj) -> str:
    """``Approved,Issued``. Mirrors extractCSRStatus."""
    status = obj.get("status") or {}
    conditions = {condition["type"] for condition in status.get("conditions") or ()}
    state = "Denied" if "Denied" in conditions else "Approved" if "Approved" in conditions else "Pending"
    failed = ",Failed" if "Failed" in conditions else ""
    return f"{state}{failed}{',Issued' if status.get('certificate') else ''}"
