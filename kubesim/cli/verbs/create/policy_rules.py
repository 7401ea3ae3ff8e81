"""The rules of roles as flags give them. Mirrors kubectl pkg/cmd/create/create_role.go."""

from __future__ import annotations

from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray, StringSlice
from kubesim.errors import UserError
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj
    from kubesim.cluster import Kinds

EVERY = "*"
RESOURCE_VERBS = (
    EVERY, "get", "delete", "list", "create", "update", "patch", "watch", "proxy", "deletecollection", "use", "bind",
    "escalate", "impersonate",
)  # fmt: skip

_RBAC = "rbac.authorization.k8s.io"
_ROLES = ((_RBAC, "roles"), (_RBAC, "clusterroles"))

#: Verbs that only some resources have, not all of which are served, as (group, resource).
_SPECIAL_VERBS = {
    "use": (("policy", "podsecuritypolicies"), ("extensions", "podsecuritypolicies")),
    "bind": _ROLES,
    "escalate": _ROLES,
    "impersonate": (("", "users"), ("", "serviceaccounts"), ("", "groups"), ("authentication.k8s.io", "userextras")),
}


class RuleOptions(OptionGroup):
    """The flags that make a rule."""

    resource: Annotated[StringSlice, Option(help="A resource, as RESOURCE[.GROUP][/SUBRESOURCE]; may be repeated.")]
    resource_name: Annotated[StringArray, Option(help="Only objects of this name; may be repeated.")]
    verb: Annotated[StringSlice, Option(help="What may be done: get, list, create, ...; may be repeated.")]


class Resource(NamedTuple):
    """A resource, as the command line or as the API server names it."""

    group: str
    name: str
    subresource: str

    @classmethod
    def parse(cls, text: str) -> Resource:
        word, _, subresource = text.partition("/")
        name, _, group = word.partition(".")
        return cls(group, name, subresource)

    def find(self, kinds: Kinds) -> Resource | None:
        """The resource that is served under that name, None if there is none."""
        names = kinds.resolve(f"{self.name}.{self.group}".rstrip("."))
        if names is None or self.group not in ("", names.group):
            return None
        return self._replace(group=names.group, name=names.plural)

    @property
    def path(self) -> str:
        return f"{self.name}/{self.subresource}" if self.subresource else self.name


class Grant(NamedTuple):
    """What a rule allows: which verbs on which resources, and on which of their objects."""

    verbs: list[str]
    resources: list[Resource]
    resource_names: list[str]

    @classmethod
    def of(cls, options: RuleOptions) -> Grant:
        """The grant that the flags make, without repetitions; ``*`` covers all the others."""
        verbs = list(dict.fromkeys(options.verb))
        resources = [EVERY] if EVERY in options.resource else options.resource
        return cls(
            [EVERY] if EVERY in verbs else verbs,
            [Resource.parse(text) for text in resources],
            list(dict.fromkeys(options.resource_name)),
        )

    def warnings(self) -> list[str]:
        """The warnings for verbs that are allowed, but not usual."""
        return [f"'{verb}' is not a standard resource verb" for verb in self.verbs if verb not in RESOURCE_VERBS]

    def check(self, kinds: Kinds) -> None:
        """UserError for a resource that does not exist, or does not have one of the verbs."""
        for resource in self.resources:
            if not resource.name:
                raise UserError("resource must be specified if apiGroup/subresource specified")
            if resource.name == EVERY:
                return
            _check_served(kinds, resource, self.verbs)

    def rules(self, kinds: Kinds) -> list[Obj]:
        """The rules, one for each group of the API."""
        paths: dict[str, list[str]] = {}
        for resource in self.resources:
            found = resource.find(kinds) or resource
            of_group = paths.setdefault(found.group, [])
            if found.path not in of_group:
                of_group.append(found.path)
        rules: list[Obj] = [
            {"verbs": self.verbs, "apiGroups": [group], "resources": paths[group]} for group in sorted(paths)
        ]
        return [{**rule, "resourceNames": self.resource_names} for rule in rules] if self.resource_names else rules


def _check_served(kinds: Kinds, resource: Resource, verbs: Iterable[str]) -> None:
    found = resource.find(kinds)
    known = found is not None
    called = found or resource
    for verb in verbs:
        if verb not in _SPECIAL_VERBS:
            continue
        if (called.group, called.name) not in _SPECIAL_VERBS[verb]:
            raise UserError(f"can not perform '{verb}' on '{called.name}' in group '{called.group}'")
        known = True
    if not known:
        where = f' in group "{resource.group}"' if resource.group else ""
        raise UserError(f'the server doesn\'t have a resource type "{resource.name}"{where}', bare=True)
