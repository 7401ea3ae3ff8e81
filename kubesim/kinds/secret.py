"""A Secret: configuration that is printed less readily."""

from __future__ import annotations

from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class Secret(Kind):
    """Mirrors pkg/registry/core/secret."""

    columns = (Column("NAME"), Column("TYPE"), Column("DATA"), Column("AGE"))

    def default(self, obj: Obj) -> None:
        """Plain text becomes data; the type is Opaque by default."""
        plain = obj.pop("stringData", None)
        if plain:
            from base64 import b64encode

            encoded = {key: b64encode(text.encode()).decode() for key, text in plain.items()}
            obj["data"] = {**(obj.get("data") or {}), **encoded}
        obj["type"] = obj.get("type") or "Opaque"

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.secret import validate_secret

        return validate_secret(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.secret import validate_secret_update

        return validate_secret_update(new, old)

    def warnings(self, new: Obj, old: Obj | None) -> list[str]:  # noqa: ARG002
        from kubesim.kinds.warnings.secret import warnings_for_secret

        return warnings_for_secret(new)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printSecret."""
        return [obj["metadata"]["name"], obj.get("type", ""), str(len(obj.get("data") or ())), age_of(obj, now)]

    def field(self, obj: Obj, path: str) -> str | None:
        return str(obj.get("type", "")) if path == "type" else super().field(obj, path)
