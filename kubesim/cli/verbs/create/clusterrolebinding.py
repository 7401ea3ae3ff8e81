"""``kubesim create clusterrolebinding``. Mirrors kubectl pkg/cmd/create/create_clusterrolebinding.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support import subjects
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    subject: subjects.SubjectOptions,
    clusterrole: Annotated[str, Option(required=True, help="The cluster role.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create clusterrolebinding:")
    reference = {"apiGroup": subjects.RBAC, "kind": "ClusterRole", "name": clusterrole}
    bound = subjects.subjects_of(subject)
    creation.create(new_object("ClusterRoleBinding", name, subjects=bound, roleRef=reference))


COMMAND = Command(
    name="clusterrolebinding",
    use=(
        "create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname] "
        "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]"
    ),
    short="Create a cluster role binding for a particular cluster role",
    long="Create a cluster role binding: who has a cluster role in all namespaces.",
    examples=(
        ("Two users and a group", "create clusterrolebinding admins --clusterrole=admin --user=ann --group=ops"),
        ("A service account", "create clusterrolebinding dev --clusterrole=view --serviceaccount=monitoring:robot"),
    ),
    run=run,
)
