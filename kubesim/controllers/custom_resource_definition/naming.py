"""Which of the names that a definition asks for it gets. Mirrors apiextensions-apiserver's naming_controller.go."""

from __future__ import annotations

from kubesim.api.meta import Obj
from kubesim.controllers.custom_resource_definition.conditions import condition
from kubesim.errors import aggregated
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from kubesim.cluster.definitions import Taken

#: The names in the order in which they are judged, with the reason of a refusal.
_ONE_BY_ONE = (("plural", "PluralConflict"), ("singular", "SingularConflict"))
NO_CONFLICTS = condition("NamesAccepted", "True", "NoConflicts", "no conflicts found")

#: The reason and the message of a condition.
_Conflict = tuple[str, str]

_KINDS = (("kind", "KindConflict"), ("listKind", "ListKindConflict"))


def accepted_names(definition: Obj, taken: Taken) -> tuple[Obj, Obj]:
    """The names that the definition has from now on, and the condition NamesAccepted."""
    asked, had = definition["spec"]["names"], definition["status"]["acceptedNames"]
    accepted = dict(had)
    found: _Conflict | None = _judge_each(accepted, asked, had, _ONE_BY_ONE, taken.resources)
    found = _judge_short_names(accepted, asked, had, taken.resources) or found
    found = _judge_each(accepted, asked, had, _KINDS, taken.kinds) or found
    accepted["categories"] = asked.get("categories")
    verdict = condition("NamesAccepted", "False", *found) if found else None
    names = {name: value for name, value in accepted.items() if value or name in ("kind", "plural")}
    return dict(sorted(names.items())), verdict or NO_CONFLICTS


def _judge_each(
    accepted: Obj, asked: Obj, had: Obj, names: tuple[tuple[str, str], ...], taken: Collection[str]
) -> _Conflict | None:
    """Reason and message of the last name that another definition has; those that are free are accepted."""
    found = None
    for name, reason in names:
        wanted = asked.get(name, "")
        if wanted != had.get(name, "") and wanted in taken:
            found = (reason, _in_use(wanted))
        else:
            accepted[name] = wanted
    return found


def _judge_short_names(accepted: Obj, asked: Obj, had: Obj, taken: Collection[str]) -> _Conflict | None:
    wanted, own = asked.get("shortNames") or [], had.get("shortNames") or []
    if wanted == own:
        return None
    lost = [_in_use(name) for name in wanted if name not in own and name in taken]
    if lost:
        return "ShortNamesConflict", aggregated(lost)
    accepted["shortNames"] = wanted
    return None


def _in_use(name: str) -> str:
    return f"{quote(name)} is already in use"
