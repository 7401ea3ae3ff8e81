"""``kubesim sim kubeconfig``: a kubeconfig for the server of the state."""

from __future__ import annotations

from kubesim.cli.command import PROGRAM, Command, Invocation
from kubesim.errors import UserError
from kubesim.store import default_path


def run(inv: Invocation) -> None:
    inv.refuse_args()
    from kubesim.golang.yaml.emitter import dump
    from kubesim.server.kubeconfig import kubeconfig_of
    from kubesim.server.serving import place_of

    place = place_of(default_path())
    if place is None:
        raise UserError(f"nobody has served this state yet: {PROGRAM} sim serve")
    inv.out.write_data(dump(kubeconfig_of(place.server, place.authority, place.token)))


COMMAND = Command(
    name="kubeconfig",
    use="sim kubeconfig",
    short="Print a kubeconfig for the server of the state",
    long=(
        "Print a kubeconfig with one context, kubesim, that leads to the server of this state. Your own kubeconfig is "
        "not touched. Whoever has this file may do everything to the cluster: keep it to yourself."
    ),
    examples=(("Use it with kubectl, in another shell", "sim kubeconfig > kubesim.yaml"),),
    run=run,
)
