"""References by name: whoever named a resource names it as it is called now. Mirrors api/filters/nameref."""

from __future__ import annotations

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import update_fields
from kubesim.kustomize.ids import Gvk
from kubesim.kustomize.nodes import field, is_null, text_of
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from kubesim.kustomize.configuration import References
    from kubesim.kustomize.field_specs import FieldSpec
    from kubesim.kustomize.ids import ResId
    from kubesim.kustomize.resource import ResMap, Resource


def fix_references(resources: ResMap, references: References) -> None:
    """Update the fields that name other resources."""
    renamed = _ByEarlierName(resources)
    for referrer in resources.resources:
        accounts = _account_namespaces(referrer)
        original = referrer.original_id.gvk
        for target, specs in references:
            for spec in specs:
                if original.is_selected(spec.gvk):
                    field_of = _Field(referrer, spec, target, renamed, accounts)
                    # What a resource is called now counts: its kind may have been changed.
                    anyone = spec._replace(gvk=referrer.gvk)
                    try:
                        update_fields(referrer, anyone, field_of.update)
                    except BuildError as error:
                        raise BuildError(
                            f"updating name reference in '{spec.path}' field of '{referrer.id}': {error.message}"
                        ) from error


class _Candidate(NamedTuple):
    resource: Resource
    previous: list[ResId]
    id: ResId


class _ByEarlierName:
    """All resources by the names that they had."""

    def __init__(self, resources: ResMap) -> None:
        self.everyone = [_Candidate(one, one.previous_ids, one.id) for one in resources.resources]
        self._by_name: dict[str, list[_Candidate]] = {}
        for candidate in self.everyone:
            for name in {id_.name: None for id_ in candidate.previous}:
                self._by_name.setdefault(name, []).append(candidate)

    def get(self, name: str) -> list[_Candidate]:
        return self._by_name.get(name, [])


class _Field(NamedTuple):
    """A field of ``referrer`` that may name something of the kind ``target``.

    ``accounts``: the namespaces of the service accounts that it names, if it is a RoleBinding.
    """

    referrer: Resource
    spec: FieldSpec
    target: Gvk
    renamed: _ByEarlierName
    accounts: set[str]

    def update(self, node: Any) -> Any:
        if is_null(node):
            return node
        if isinstance(node, list):
            return [self._update_one(item) for item in node]
        return self._update_one(node)

    def _update_one(self, node: Any) -> Any:
        if isinstance(node, list):
            raise BuildError("node is expected to be either a string or a map of string")
        return self._update_map(node) if isinstance(node, dict) else self._update_name(node)

    def _update_name(self, node: Any) -> Any:
        if is_null(node):
            return node
        found = self._referral(text_of(node), lambda _: True, lambda resource: resource.name)
        return node if found is None or found.name == text_of(node) else found.name

    def _update_map(self, node: Any) -> Any:
        """A map with a name and perhaps a namespace, as the subjects of role bindings are."""
        if "name" not in node:
            raise BuildError("path config error; no 'name' field in node")
        name = text_of(node["name"])
        found = self._referral(name, self._in_namespace(node), lambda resource: (resource.name, resource.namespace))
        if found is None or (found.name == name and not found.namespace):
            return node
        changed = {**node, "name": found.name}
        return {**changed, "namespace": found.namespace} if found.namespace else changed

    def _in_namespace(self, node: Any) -> Callable[[_Candidate], bool]:
        """Whether a candidate was, or else is, in the namespace that a map names."""
        if "namespace" not in node:
            return lambda _: True
        namespace = text_of(node["namespace"])

        def was_there(candidate: _Candidate) -> bool:
            original = candidate.previous[0] if candidate.previous else candidate.id
            return original.effective_namespace == namespace

        if any(was_there(candidate) and self._may_refer_to(candidate) for candidate in self.renamed.everyone):
            return was_there
        return lambda candidate: candidate.id.effective_namespace == namespace

    def _referral(
        self, name: str, is_there: Callable[[_Candidate], bool], identity: Callable[[Resource], Any]
    ) -> Resource | None:
        """The resource that the name means; None if none does. BuildError where several may."""
        candidates = [
            candidate
            for candidate in self.renamed.get(name)
            if self._may_refer_to(candidate) and is_there(candidate) and self._is_target(candidate)
        ]
        if len(candidates) == 1:
            return candidates[0].resource
        found = [item.resource for item in candidates if item.resource.has_affixes_of(self.referrer, or_none=True)]
        if len(found) > 1:
            found = [resource for resource in found if resource.has_affixes_of(self.referrer, or_none=False)]
        if not found:
            return None
        if len({identity(resource) for resource in found}) > 1:
            raise _ambiguous(self.referrer, found)
        return found[0]

    def _may_refer_to(self, candidate: _Candidate) -> bool:
        """Whether namespaces let it: mirrors SubsetThatCouldBeReferencedByResource."""
        own, other = self.referrer.id, candidate.id
        if own.is_cluster_scoped or other.is_cluster_scoped:
            return True
        if own.effective_namespace == other.effective_namespace:
            return True
        return candidate.resource.namespace in self.accounts

    def _is_target(self, candidate: _Candidate) -> bool:
        if not any(id_.gvk.is_selected(self.target) for id_ in candidate.previous):
            return False
        if self.spec.path.endswith("roleRef/name"):
            role = _role_gvk(self.referrer)
            if role is not None and not any(id_.gvk.is_selected(role) for id_ in candidate.previous):
                return False
        own, other = self.referrer.id, candidate.id
        return (
            own.is_cluster_scoped
            or other.is_cluster_scoped
            or candidate.resource.kind == "ServiceAccount"
            or own.effective_namespace == other.effective_namespace
        )


def _account_namespaces(referrer: Resource) -> set[str]:
    """The namespaces of the service accounts that a RoleBinding names."""
    subjects = field(referrer.obj, "subjects") if referrer.kind == "RoleBinding" else None
    namespaces = [
        subject["namespace"]
        for subject in subjects or ()
        if isinstance(subject, dict) and "namespace" in subject and subject.get("kind") == "ServiceAccount"
    ]
    if not all(isinstance(namespace, str) for namespace in namespaces):
        raise BuildError(f'Invalid Input: namespace is blank for resource "{referrer.id}"\n')
    return set(namespaces)


def _role_gvk(referrer: Resource) -> Gvk | None:
    group, kind = (field(referrer.obj, "roleRef", name) for name in ("apiGroup", "kind"))
    return None if group is None or kind is None else Gvk(text_of(group), "", text_of(kind))


def _ambiguous(referrer: Resource, found: list[Resource]) -> BuildError:
    from kubesim.golang.yaml.emitter import dump

    ids = ", ".join(str(resource.id) for resource in found)
    details = f"\n**** Too many possible referral targets to referrer:\n{dump(referrer.shown())}\n"
    for index, resource in enumerate(found):
        details += f"--- possible referral {index}:\n{dump(resource.shown())}\n"
    return BuildError(f"found multiple possible referrals: {ids}\n{details}")
