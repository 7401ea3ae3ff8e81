"""The sync of one CustomResourceDefinition."""

from __future__ import annotations

from kubesim.api.meta import SECOND, Key, Obj, condition_of, has_condition, is_terminating, key_of, with_metadata
from kubesim.controllers.custom_resource_definition import conditions, discovery
from kubesim.controllers.custom_resource_definition.naming import accepted_names
from kubesim.kinds.custom_resource_definition import CLEANUP_FINALIZER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from kubesim.cluster import Change, Cluster

KIND = "CustomResourceDefinition"
_NEW = "new definitions"  # in the cluster's caches: their keys
POLL = 5 * SECOND  # how often it is asked whether the resources of a deleted definition are gone


class CustomResourceDefinitionController:
    """Serves what is defined. What upstream's several controllers do one after another is one sync here."""

    name = "customresourcedefinition"
    kind = KIND
    rank = 2

    def watches(self) -> dict[str, Callable[[Cluster, Change], Iterable[Key]]]:
        return {KIND: _noted}

    @staticmethod
    def waits(cluster: Cluster, key: Key) -> bool:
        """Only one that is deleted waits for something."""
        obj = cluster.find(*key)
        return obj is not None and is_terminating(obj)

    def sync(self, cluster: Cluster, key: Key) -> int | None:
        for new in cluster.caches.pop(_NEW, ()):  # who comes first has the names that several want
            self._sync(cluster, new)
        return self._sync(cluster, key)

    def _sync(self, cluster: Cluster, key: Key) -> int | None:
        before = _names_held(cluster, key)
        wake = _sync_one(cluster, key)
        if before and before != _names_held(cluster, key):
            for name in cluster.kinds.definitions.of_group(before[0]):
                if name != key.name:  # it may want a name that this one gave up
                    self._sync(cluster, Key(KIND, "", name))
        return wake


def _noted(cluster: Cluster, change: Change) -> Iterable[Key]:
    """The definition; of new ones it is noted in which order they came."""
    if change.old is None:
        cluster.caches.setdefault(_NEW, []).append(change.key)
    return (change.key,)


def _names_held(cluster: Cluster, key: Key) -> tuple[Any, ...]:
    """The names that no other definition of the group may have, behind the group."""
    names = cluster.kinds.definitions.called_by(key.name)
    if names is None:
        return ()
    return (names.group, names.plural, names.singular, names.short_names, names.kind, names.list_kind)


def _sync_one(cluster: Cluster, key: Key) -> int | None:
    definition = cluster.cabinet.find(key)
    if definition is None:
        discovery.withdraw(cluster, key.name)
        return None
    for step in (_settle_names, _establish, _judge):
        definition = step(cluster, definition)
    discovery.publish(cluster, definition)
    return _finalize(cluster, definition) if is_terminating(definition) else None


def _names(definition: Obj) -> Obj:
    names: Obj = definition["status"]["acceptedNames"]
    return names


# what upstream's controllers write, each in an update of its own


def _settle_names(cluster: Cluster, definition: Obj) -> Obj:
    """Accept the names that nobody else of the group has. Mirrors NamingConditionController.sync."""
    if definition["spec"]["names"] == _names(definition):
        return definition
    taken = cluster.kinds.definitions.taken(definition["spec"]["group"], definition["metadata"]["name"])
    accepted, condition = accepted_names(definition, taken)
    if accepted == _names(definition) and conditions.is_equivalent(definition, condition):
        return definition
    established = condition_of(definition, "Established") or conditions.NOT_ACCEPTED
    if established["status"] != "True" and condition["status"] == "True":
        established = conditions.INSTALLING
    status = {**definition["status"], "acceptedNames": accepted}
    status = conditions.with_conditions(status, cluster.now, condition, established)
    definition = cluster.update_status(definition, status)
    discovery.claim(cluster, definition)
    return definition


def _establish(cluster: Cluster, definition: Obj) -> Obj:
    """Mirrors EstablishingController.sync."""
    if not has_condition(definition, "NamesAccepted") or has_condition(definition, "Established"):
        return definition
    return _note(cluster, definition, conditions.ESTABLISHED)


def _judge(cluster: Cluster, definition: Obj) -> Obj:
    """The conditions about protected groups and about definitions that are older than structural schemas."""
    approval = conditions.approval_of(definition)
    if approval is not None and not conditions.is_equivalent(definition, approval):
        definition = _note(cluster, definition, approval)
    violation = conditions.violation_of(definition)
    if violation is not None and not conditions.is_equivalent(definition, violation):
        definition = _note(cluster, definition, violation)
    return definition


def _note(cluster: Cluster, definition: Obj, condition: Obj) -> Obj:
    status = conditions.with_conditions(definition["status"], cluster.now, condition)
    return cluster.update_status(definition, status)


# the end


def _finalize(cluster: Cluster, definition: Obj) -> int | None:
    """Delete the resources, and let the definition go once there are none; else when to see again (ms).

    Mirrors CRDFinalizer.sync.
    """
    if CLEANUP_FINALIZER not in (definition["metadata"].get("finalizers") or ()):
        return None
    definition = _note(cluster, definition, conditions.DELETING)
    ended = conditions.NEVER_ESTABLISHED
    if has_condition(definition, "Established"):
        if _delete_resources(cluster, definition):
            return cluster.now + POLL
        ended = conditions.DELETED
    definition = _note(cluster, definition, ended)
    finalizers = [name for name in definition["metadata"]["finalizers"] if name != CLEANUP_FINALIZER]
    cluster.update(with_metadata(definition, finalizers=finalizers or None))
    return None


def _delete_resources(cluster: Cluster, definition: Obj) -> bool:
    """Delete what there is of the definition's kind; whether finalizers hold some of it."""
    names = cluster.kinds.definitions.called_by(definition["metadata"]["name"])
    assert names is not None
    for obj in cluster.list(names.key):
        if not is_terminating(obj):
            cluster.delete(*key_of(obj))
    return bool(cluster.list(names.key))
