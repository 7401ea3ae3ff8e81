"""``kubesim set serviceaccount``. Mirrors kubectl pkg/cmd/set/set_serviceaccount.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FilenameOptions, Record
from kubesim.cli.verbs.set.pod_specs import pod_spec_of, with_pod_spec
from kubesim.cli.verbs.set.updates import SetOptions, Target, Update, Updating
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation, *, files: FilenameOptions, options: SetOptions, record: Record = False) -> None:
    with Updating(inv, options, files, record=record) as updating:
        updating.refuse_mixture()
        if not inv.args:
            raise UserError("serviceaccount is required")
        *resources, account = inv.args

        def change(target: Target) -> Obj:
            return with_pod_spec(target.obj, {**pod_spec_of(target.obj), "serviceAccountName": account})

        update = Update(change, "serviceaccount updated", "failed to patch ServiceAccountName", reports_unchanged=True)
        updating.apply(updating.find(resources), update)


COMMAND = Command(
    name="serviceaccount",
    use="set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    short="Update the service account of a resource",
    long="Let the pods of a template run under another service account.",
    examples=(
        ("Another account", "set serviceaccount deployment web robot"),
        ("What a file would become", "set serviceaccount -f deployment-definition.yml robot --local -o yaml"),
    ),
    run=run,
)
