"""``kubesim set subject``. Mirrors kubectl pkg/cmd/set/set_subject.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Selector
from kubesim.cli.support.subjects import SERVICE_ACCOUNT_FORM, SubjectOptions, named
from kubesim.cli.verbs.set.updates import SetOptions, Target, Update, Updating, refuse_local_words
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

NOBODY = "you must specify at least one value of user, group or serviceaccount"
BINDINGS_ONLY = "setting subjects is only supported for RoleBinding/ClusterRoleBinding"
BINDINGS = ("RoleBinding", "ClusterRoleBinding")


def run(
    inv: Invocation, *, files: FilenameOptions, options: SetOptions, selector: Selector = "", subjects: SubjectOptions
) -> None:
    with Updating(inv, options, files, selector=selector) as updating:
        refuse_local_words(options, inv.args)
        targets = updating.find(inv.args)
        updating.refuse_mixture()
        accounts = _service_accounts(subjects.serviceaccount, targets)
        if not (subjects.user or subjects.group or accounts):
            raise UserError(NOBODY)
        namespace = updating.session.namespace(updating.cluster)
        added = [
            *named("User", sorted(set(subjects.user))),
            *named("Group", sorted(set(subjects.group))),
            *({"kind": "ServiceAccount", "name": name, "namespace": of or namespace} for of, name in accounts),
        ]

        def change(target: Target) -> Obj:
            return _with_subjects(target.obj, added)

        updating.apply(targets, Update(change, "subjects updated", "failed to patch subjects to rolebinding:"))


def _service_accounts(texts: Sequence[str], targets: Sequence[Target]) -> list[tuple[str, str]]:
    """The service accounts as (namespace, name), in order; the namespace is empty where the text has none.

    UserError for a text without a name, and for one without a namespace for a ClusterRoleBinding.
    """
    accounts = []
    for text in sorted(set(texts)):
        namespace, found, name = text.partition(":")
        if not found or not name or ":" in name:
            raise UserError(SERVICE_ACCOUNT_FORM)
        if not namespace and any(target.obj["kind"] == "ClusterRoleBinding" for target in targets):
            raise UserError(f"{SERVICE_ACCOUNT_FORM}, namespace must be specified")
        accounts.append((namespace, name))
    return accounts


def _with_subjects(obj: Obj, added: Sequence[Obj]) -> Obj:
    """The binding with the new subjects after those that it has."""
    if obj["kind"] not in BINDINGS:
        raise UserError(BINDINGS_ONLY)
    subjects = obj.get("subjects") or []
    new = [subject for subject in added if subject not in subjects]
    return {**obj, "subjects": [*subjects, *new]} if new else obj


COMMAND = Command(
    name="subject",
    use=(
        "set subject (-f FILENAME | TYPE NAME) [--user=username] [--group=groupname] "
        "[--serviceaccount=namespace:serviceaccountname] [--dry-run=server|client|none]"
    ),
    short="Update the user, group, or service account in a role binding or cluster role binding",
    long="Let more users, groups and service accounts have the role of a binding.",
    examples=(
        ("A service account more", "set subject clusterrolebinding admins --serviceaccount=default:robot"),
        ("Two users and a group more", "set subject rolebinding admins --user=ann --user=bob --group=ops"),
        ("What a file would become", "set subject -f binding.yml --user=bob --local -o yaml"),
    ),
    run=run,
)
