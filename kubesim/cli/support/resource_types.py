"""Types that verbs find themselves, not through the builder. Mirrors checkErr's words for NoResourceMatchError."""

from __future__ import annotations

from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Kinds
    from kubesim.kinds import Names


def resource_for(kinds: Kinds, word: str) -> Names:
    """The type that a word means (``deploy``, ``deployments.apps``); UserError where there is none."""
    names = kinds.resolve(word)
    if names is not None:
        return names
    from kubesim.golang.quoting import quote

    resource, _, group = word.lower().partition(".")
    where = f" in group {quote(group)}" if group else ""
    raise UserError(f"the server doesn't have a resource type {quote(resource)}{where}", bare=True)
