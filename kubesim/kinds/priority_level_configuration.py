"""A PriorityLevelConfiguration: how many requests of a priority the API server answers at a time."""

from __future__ import annotations

from kubesim.api.meta import dig
from kubesim.kinds.common.plain_kind import PlainKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.fields import FieldError
    from kubesim.api.meta import Obj
    from kubesim.kinds.common.plain_columns import Cells

_QUEUING = {"handSize": 8, "queueLengthLimit": 50, "queues": 64}


class PriorityLevelConfiguration(PlainKind):
    """Mirrors pkg/registry/flowcontrol/prioritylevelconfiguration."""

    has_generation = True
    has_status = True

    def cells(self) -> Cells:
        from kubesim.kinds.common.plain_columns import AGE, columns, text

        limited, queuing = ("spec", "limited"), ("spec", "limited", "limitResponse", "queuing")
        return columns(
            ("TYPE", text("spec", "type")),
            ("NOMINALCONCURRENCYSHARES", text(*limited, "nominalConcurrencyShares", missing="<none>")),
            ("QUEUES", text(*queuing, "queues", missing="<none>")),
            ("HANDSIZE", text(*queuing, "handSize", missing="<none>")),
            ("QUEUELENGTHLIMIT", text(*queuing, "queueLengthLimit", missing="<none>")),
            ("AGE", AGE),
        )

    def default(self, obj: Obj) -> None:
        """Mirrors SetDefaults_LimitedPriorityLevelConfiguration and its like."""
        spec = obj["spec"] = dict(obj["spec"])
        if spec.get("exempt") is not None:
            spec["exempt"] = _filled(spec["exempt"], {"lendablePercent": 0, "nominalConcurrencyShares": 0})
        if spec.get("limited") is None:
            return
        limited = spec["limited"] = _filled(spec["limited"], {"lendablePercent": 0, "nominalConcurrencyShares": 30})
        queuing = dig(limited, "limitResponse", "queuing")
        if queuing is not None:
            filled = {name: queuing.get(name) or value for name, value in _QUEUING.items()}
            limited["limitResponse"] = {**limited["limitResponse"], "queuing": filled}

    def validate(self, obj: Obj) -> list[FieldError]:
        from kubesim.kinds.validation.priority_level_configuration import validate_priority_level_configuration

        return validate_priority_level_configuration(obj)


def _filled(given: Obj, defaults: Obj) -> Obj:
    return {**given, **{name: value for name, value in defaults.items() if given.get(name) is None}}
