"""``kubesim set serviceaccount``. Mirrors kubectl pkg/cmd/set/set_serviceaccount.go."""

from __future__ import annotations

from kubesim.cli import flags
from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.set.pod_specs import change_pod_specs
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    if not inv.args:
        raise UserError("serviceaccount is required")
    *resources, account = inv.args
    change_pod_specs(
        inv,
        resources,
        lambda spec: {**spec, "serviceAccountName": account, "serviceAccount": account},
        "serviceaccount updated",
        "failed to patch ServiceAccountName",
        [],
    )


COMMAND = Command(
    name="serviceaccount",
    use="set serviceaccount (-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    short="Update the service account of a resource",
    long="Let the pods of a template run under another service account.",
    examples=(("Another account", "set serviceaccount deployment web robot"),),
    flags=(
        *flags.FILENAME,
        flags.SELECTOR,
        *flags.PRINT,
        flags.DRY_RUN,
        flags.FIELD_MANAGER,
        flags.RECORD,
        Flag("all", type=bool, help="Change every object of the named types."),
        Flag("local", type=bool, help="Change what is in the files and print it, without asking the cluster."),
    ),
    run=run,
)
