"""``kubesim sim reset``: a new, empty cluster."""

from __future__ import annotations

from kubesim.api.meta import parse_time
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.output_queue import Report
from kubesim.cli.support.session import Session
from kubesim.errors import UserError
from kubesim.kubeadm.init import new_cluster_head
from kubesim.life.life import born
from kubesim.sim.clock import wall_now, within_bounds
from kubesim.sim.profiles import DEFAULT, MOST_NODES, PROFILES, Size, checked


def run(inv: Invocation) -> None:
    state = Session.of(inv).state
    at = str(inv.flag("at"))
    seed = int(inv.flag("seed")) if inv.changed("seed") else None
    size = checked(Size(int(inv.flag("nodes")), int(inv.flag("pods-per-node")) or None))
    profile = str(inv.flag("profile"))
    head = new_cluster_head(wall_now(), at=_instant(at) if at else None, seed=seed, profile=profile)
    life = born(head, size)
    life.settle()
    drawers = life.changed()
    head = {**life.cluster.head, "wake": life.engine.next_wake()}
    with Report(inv.streams) as report, state.locked_anew() as transaction:
        inv.out.write("a new cluster\n")
        if transaction.backup:
            inv.out.write(f"the one before is kept in {transaction.backup}\n")
        report.saving()
        transaction.commit(head, drawers, on_saved=report.is_saved)


def _instant(text: str) -> int:
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
    flags=(
        Flag(
            "profile",
            help=f"What sort of cluster: {', '.join(PROFILES)}; by default KUBESIM_PROFILE's, else {DEFAULT}.",
        ),
        Flag("nodes", type=int, default=3, help=f"How many nodes, 1 to {MOST_NODES}. A single one is not tainted."),
        Flag("pods-per-node", type=int, default=0, help="How many pods a node takes; by default 110, or 100k if bare."),
        Flag("seed", type=int, help="What generated names follow from; a random one unless told."),
        Flag("at", help="The time on the cluster's clock, as 2026-01-02T15:04:05Z; now unless told."),
    ),
    run=run,
)
