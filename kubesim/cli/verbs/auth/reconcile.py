"""``kubesim auth reconcile``. Mirrors kubectl pkg/cmd/auth/reconcile.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import DryRun, FilenameOptions, PrintFlags
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.reporter import NONE, SERVER, Reporter, dry_run_of
from kubesim.cli.support.resource_builder import Request
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.resource_builder import Info
    from kubesim.cli.verbs.auth.rbac_difference import Reconciled
    from kubesim.cluster import Client

KINDS = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
_FIELDS = {
    "rules": (
        ("Verbs", "verbs"), ("APIGroups", "apiGroups"), ("Resources", "resources"), ("ResourceNames", "resourceNames"),
        ("NonResourceURLs", "nonResourceURLs"),
    ),
    "subjects": (("Kind", "kind"), ("APIGroup", "apiGroup"), ("Name", "name"), ("Namespace", "namespace")),
}  # fmt: skip


class ReconcileOptions(FilenameOptions, PrintFlags):
    """The flags. Mirrors ReconcileOptions."""

    dry_run: DryRun = NONE
    remove_extra_permissions: Annotated[bool, Option(help="Remove what roles allow besides.")] = False
    remove_extra_subjects: Annotated[bool, Option(help="Remove whom bindings bind besides.")] = False


def run(inv: Invocation, *, options: ReconcileOptions) -> None:
    if not options.are_given:
        raise UserError("must specify one of -f and -k")
    if inv.args:
        raise UserError("no arguments are allowed")
    dry_run = dry_run_of(inv, options.dry_run)
    if dry_run == SERVER:
        raise UserError("--dry-run=server for command reconcile is not supported yet")
    reporter = Reporter(inv, options, dry_run, typed=True)
    session = Session.of(inv, options)
    with session.acting(dry_run=dry_run != NONE) as cluster:
        request = Request(files=session.files(cluster, typed=True))

        def act(info: Info) -> None:
            if info.names.key in KINDS:
                _reconcile(inv, options, cluster, info, reporter, acts=dry_run == NONE)

        request.resolve(cluster).visit(act)


def _reconcile(
    inv: Invocation, options: ReconcileOptions, cluster: Client, info: Info, reporter: Reporter, *, acts: bool
) -> None:
    from kubesim.cli.verbs.auth.rbac_difference import reconciled

    assert info.obj is not None
    part, removes_extra = "subjects", options.remove_extra_subjects
    if info.names.kind.endswith("Role"):
        part, removes_extra = "rules", options.remove_extra_permissions
    cluster.require_right("get", info.names.key, info.namespace, info.name)
    existing = cluster.find(info.names.key, info.namespace, info.name)
    result = reconciled(existing, info.obj, removes_extra=removes_extra)
    obj = _stored(cluster, info, result) if acts and not result.protected else result.obj
    reporter.report(obj, "reconciled")
    _explain(inv, result, part, removes_extra=removes_extra)


def _stored(cluster: Client, info: Info, result: Reconciled) -> Obj:
    """The object after the operation, which also creates a namespace that does not exist."""
    from kubesim.cli.verbs.auth.rbac_difference import RECREATE, UPDATE

    if not result.operation:
        return result.obj
    if result.operation == UPDATE:
        return cluster.update(result.obj)
    if result.operation == RECREATE:
        cluster.delete(info.names.key, info.namespace, info.name)
    if info.namespace and cluster.find("Namespace", "", info.namespace) is None:
        cluster.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": info.namespace}})
    return cluster.create(result.obj)


def _explain(inv: Invocation, result: Reconciled, part: str, *, removes_extra: bool) -> None:
    """Report the operation. Mirrors printResults."""
    if not result.operation:
        return
    caveat = ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)" if result.protected else ""
    inv.err.write(f"\treconciliation required {result.operation}{caveat}\n")
    for head, items in ((f"missing {part} added", result.missing), (f"extra {part} removed", result.extra)):
        if items and (removes_extra or head.startswith("missing")):
            inv.err.write(f"\t{head}:\n")
            inv.err.writelines(f"\t\t{_go_struct(part, item)}\n" for item in items)


def _go_struct(part: str, item: Obj) -> str:
    """The item as Go's %+v prints it."""
    empty: str | list[str] = [] if part == "rules" else ""
    from kubesim.golang.fmt import text

    return "{" + " ".join(f"{name}:{text(item.get(field, empty))}" for name, field in _FIELDS[part]) + "}"


COMMAND = Command(
    name="reconcile",
    use="auth reconcile -f FILENAME",
    short="Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
    long=(
        "Make roles allow what files say, and bindings bind whom they say: what is missing is added, also objects and "
        "their namespaces.\n\n"
        "Permissions are compared, not texts: a rule that another one covers is not missing. What there is besides "
        "stays, unless it is asked to be removed."
    ),
    examples=(
        ("The roles and bindings of a file", "auth reconcile -f rbac.yml"),
        ("Exactly these", "auth reconcile -f rbac.yml --remove-extra-permissions --remove-extra-subjects"),
    ),
    run=run,
)
