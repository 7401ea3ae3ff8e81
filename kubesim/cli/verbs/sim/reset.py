"""``kubesim sim reset``: a new, empty cluster."""

from __future__ import annotations

from kubesim.api.meta import parse_time
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubeadm.init import new_cluster_head
from kubesim.life.live_cluster import born
from kubesim.sim.clock import within_bounds
from kubesim.sim.profiles import DEFAULT, MOST_NODES, PROFILES, Size, checked


def run(
    inv: Invocation,
    *,
    profile: Annotated[
        str, Option(help=f"What sort of cluster: {', '.join(PROFILES)}; by default KUBESIM_PROFILE's, else {DEFAULT}.")
    ] = "",
    nodes: Annotated[int, Option(help=f"How many nodes, 1 to {MOST_NODES}. A single one is not tainted.")] = 3,
    pods_per_node: Annotated[int, Option(help="How many pods a node takes; by default 110, or 100k if bare.")] = 0,
    seed: Annotated[int, Option(help="What generated names follow from; a random one by default.")] = 0,
    at: Annotated[str, Option(help="The time on the cluster's clock, as 2026-01-02T15:04:05Z; now by default.")] = "",
) -> None:
    inv.refuse_args()
    session = Session.of(inv)
    size = checked(Size(nodes, pods_per_node or None))
    head = new_cluster_head(
        session.wall(), at=_instant(at) if at else None, seed=seed if inv.changed("seed") else None, profile=profile
    )
    life = born(head, size)
    life.settle()
    with session.renewing(life) as backup:
        inv.out.write("a new cluster\n")
        if backup:
            inv.out.write(f"the one before is kept in {backup}\n")


def _instant(text: str) -> int:
    """The instant (ms) of a time in RFC 3339; UserError for one that is none, or that no clock may have."""
    try:
        instant = parse_time(text)
    except ValueError:
        raise UserError(f'invalid time "{text}": must be like 2026-01-02T15:04:05Z') from None
    return within_bounds(instant)


COMMAND = Command(
    name="reset",
    use="sim reset [--profile NAME] [--nodes N] [--pods-per-node N] [--seed N] [--at TIME]",
    short="Start over with a new cluster",
    long=(
        "Begin a new cluster in the state file; the file as it was is kept beside it.\n\n"
        "A profile says what sort of cluster it is. kind: as kind makes them, with what runs in kube-system and a "
        "default StorageClass that provisions volumes. kubeadm: the same without storage. bare: nodes and nothing "
        "else, with room for very many pods.\n\n"
        "The same commands on a cluster with the same seed and time give the same names, to the last letter."
    ),
    examples=(
        ("Start over", "sim reset"),
        ("The same cluster every time", "sim reset --seed 1 --at 2026-01-01T00:00:00Z"),
        ("One node, which takes every pod", "sim reset --nodes 1"),
        ("A large cluster without storage", "sim reset --profile kubeadm --nodes 100 --pods-per-node 250"),
    ),
    run=run,
)
