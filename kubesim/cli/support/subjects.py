"""Users, groups and service accounts as flags name them. Mirrors what create_rolebinding.go makes of its flags."""

from __future__ import annotations

from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubesim.api.meta import Obj

RBAC = "rbac.authorization.k8s.io"
SERVICE_ACCOUNT_FORM = "serviceaccount must be <namespace>:<name>"


class SubjectOptions(OptionGroup):
    """The subjects of a binding, as flags name them."""

    group: Annotated[StringArray, Option(help="A group; may be repeated.")]
    serviceaccount: Annotated[StringArray, Option(help="A service account, as NAMESPACE:NAME; may be repeated.")]
    user: Annotated[StringArray, Option(help="A user; may be repeated.")]


def subjects_of(options: SubjectOptions) -> list[Obj]:
    """The subjects that the flags name; UserError for a service account without namespace or name."""
    return [
        *named("User", options.user),
        *named("Group", options.group),
        *(_service_account(text) for text in options.serviceaccount),
    ]


def named(kind: str, names: Iterable[str]) -> list[Obj]:
    """Users or groups."""
    return [{"kind": kind, "apiGroup": RBAC, "name": name} for name in names]


def _service_account(text: str) -> Obj:
    namespace, _, name = text.partition(":")
    if not namespace or not name or ":" in name:
        raise UserError(SERVICE_ACCOUNT_FORM)
    return {"kind": "ServiceAccount", "name": name, "namespace": namespace}
