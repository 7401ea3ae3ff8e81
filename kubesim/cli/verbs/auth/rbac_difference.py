"""The difference of two RBAC objects, in permissions and subjects, not in text.

Mirrors component-helpers auth/rbac/reconciliation, and auth/rbac/validation's Covers.
"""

from __future__ import annotations

from itertools import product

from kubesim.api.meta import annotations_of, labels_of, with_metadata
from kubesim.api.well_known import AUTO_UPDATE_ANNOTATION_KEY
from kubesim.cluster.rbac import Action, allows
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from kubesim.api.meta import Obj

CREATE, UPDATE, RECREATE = "create", "update", "recreate"


class Reconciled(NamedTuple):
    """The reconciled object, and the ``operation`` that stores it; the operation is empty if there is none.

    ``missing`` and ``extra`` are rules of a role, or subjects of a binding. A ``protected`` object has opted out.
    """

    obj: Obj
    operation: str = ""
    missing: Sequence[Obj] = ()
    extra: Sequence[Obj] = ()
    protected: bool = False


def reconciled(existing: Obj | None, expected: Obj, *, removes_extra: bool) -> Reconciled:
    """How ``existing``, None if it does not exist, comes to have all that ``expected`` has."""
    part = "rules" if expected["kind"].endswith("Role") else "subjects"
    wanted = expected.get(part) or []
    if existing is None:
        return Reconciled(expected, CREATE, wanted)
    protected = annotations_of(existing).get(AUTO_UPDATE_ANNOTATION_KEY) == "false"
    if part == "subjects" and existing["roleRef"] != expected["roleRef"]:
        return Reconciled(expected, RECREATE, protected=protected)
    has = existing.get(part) or []
    missing, extra = _differences(part, has, wanted)
    if removes_extra and (missing or extra):
        new = {**existing, part: wanted}
    else:
        new = {**existing, part: [*has, *missing]} if missing else existing
    new = _aggregated(_labelled(new, expected), expected, removes_extra=removes_extra)
    return Reconciled(new, "" if new == existing else UPDATE, missing, extra, protected)


def _differences(part: str, has: Sequence[Obj], wanted: Sequence[Obj]) -> tuple[list[Obj], list[Obj]]:
    """The items that are missing, and those that are extra."""
    if part == "rules":
        return _uncovered(has, wanted), _uncovered(wanted, has)
    return _without(wanted, has), _without(has, wanted)


def _without(some: Sequence[Obj], others: Sequence[Obj]) -> list[Obj]:
    found: list[Obj] = []
    for one in some:
        if one not in others and one not in found:
            found.append(one)
    return found


def _labelled(new: Obj, expected: Obj) -> Obj:
    """The object with those expected labels and annotations that it lacks by name."""
    labels = {**labels_of(expected), **labels_of(new)}
    annotations = {**annotations_of(expected), **annotations_of(new)}
    return with_metadata(new, labels=labels or None, annotations=annotations or None)


def _aggregated(new: Obj, expected: Obj, *, removes_extra: bool) -> Obj:
    """The object with the expected aggregation rule."""
    has, wanted = new.get("aggregationRule"), expected.get("aggregationRule")
    if wanted is None:
        return {field: value for field, value in new.items() if field != "aggregationRule"}
    selectors, expected_ones = ((rule or {}).get("clusterRoleSelectors") or [] for rule in (has, wanted))
    missing = _without(expected_ones, selectors)
    if removes_extra and (missing or _without(selectors, expected_ones)):
        return {**new, "aggregationRule": wanted}
    return {**new, "aggregationRule": {"clusterRoleSelectors": [*selectors, *missing]}} if missing else new


def _uncovered(owner: Sequence[Obj], servant: Sequence[Obj]) -> list[Obj]:
    """The permissions that the servant's rules give and the owner's do not, a rule for each."""
    atoms = [(rule, action) for one in servant for rule, action in _broken_down(one)]
    return [rule for rule, action in atoms if not allows(list(owner), action)]


def _broken_down(rule: Obj) -> Iterator[tuple[Obj, Action]]:
    """Every permission of a rule, as a rule of its own and as an action. Mirrors BreakdownRule."""
    verbs: list[str] = rule.get("verbs") or []
    names: list[str] = rule.get("resourceNames") or [""]
    places = product(rule.get("apiGroups") or [], rule.get("resources") or [], verbs, names)
    for group, resource, verb, name in places:
        atom: dict[str, Any] = {"apiGroups": [group], "resources": [resource], "verbs": [verb]}
        if name:
            atom["resourceNames"] = [name]
        whole, _, subresource = resource.partition("/")
        yield atom, Action(verb, group, whole, subresource, name)
    for url, verb in product(rule.get("nonResourceURLs") or [], verbs):
        yield {"nonResourceURLs": [url], "verbs": [verb]}, Action(verb, url=url)
