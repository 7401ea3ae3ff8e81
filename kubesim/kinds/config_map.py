"""A ConfigMap: configuration as keys and texts."""

from __future__ import annotations

from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj


class ConfigMap(Kind):
    """Mirrors pkg/registry/core/configmap."""

    columns = (Column("NAME"), Column("DATA"), Column("AGE"))

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.config_map import validate_config_map

        return validate_config_map(obj)

    def validate_update(self, new: Obj, old: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.config_map import validate_config_map_update

        return validate_config_map_update(new, old)

    def row(self, obj: Obj, now: int) -> list[str]:
        """Mirrors printConfigMap."""
        entries = len(obj.get("data") or ()) + len(obj.get("binaryData") or ())
        return [obj["metadata"]["name"], str(entries), age_of(obj, now)]
