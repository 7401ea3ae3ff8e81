"""``kubesim kuberc view``: refused. Mirrors kubectl pkg/cmd/kuberc/view.go as far as its flags go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import PrintFlags
from kubesim.cli.signature import Annotated, Defaults, Option
from kubesim.cli.support.not_simulated import refuse
from kubesim.cli.verbs.kuberc import NO_FILE


def run(
    inv: Invocation,
    *,
    _printing: Annotated[PrintFlags, Defaults(output="yaml")],
    _kuberc: Annotated[str, Option(help="The kuberc file.")] = "",
) -> None:
    raise refuse(inv, NO_FILE)


COMMAND = Command(
    name="view",
    use="kuberc view",
    short="Display the contents of the kuberc file",
    long="Show a kuberc file. kubesim reads none and refuses, with status 1.",
    examples=(("Refused in one line", "kuberc view"),),
    run=run,
)
