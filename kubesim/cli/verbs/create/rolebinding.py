"""``kubesim create rolebinding``. Mirrors kubectl pkg/cmd/create/create_rolebinding.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support import subjects
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    subject: subjects.SubjectOptions,
    clusterrole: Annotated[str, Option(help="The cluster role.")] = "",
    role: Annotated[str, Option(help="The role.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create rolebinding:")
    require_name(name)
    if bool(role) == bool(clusterrole):
        raise UserError("exactly one of clusterrole or role must be specified")
    reference = {"apiGroup": subjects.RBAC, "kind": "Role" if role else "ClusterRole", "name": role or clusterrole}
    creation.create(new_object("RoleBinding", name, subjects=subjects.subjects_of(subject), roleRef=reference))


COMMAND = Command(
    name="rolebinding",
    use=(
        "create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname] "
        "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]"
    ),
    short="Create a role binding for a particular role or cluster role",
    long="Create a role binding: who has a role, or a cluster role, in a namespace.",
    examples=(
        ("Two users and a group", "create rolebinding admins --clusterrole=admin --user=ann --user=bob --group=ops"),
        ("A service account", "create rolebinding dev --role=pod-reader --serviceaccount=monitoring:robot"),
    ),
    run=run,
)
