"""``kubesim rollout``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="rollout",
    use="rollout SUBCOMMAND",
    short="Manage the rollout of a resource",
    long=(
        "Follow the rollout of a Deployment, DaemonSet or StatefulSet, show its history, and go back in it.\n\n"
        "Every change of a pod template is a rollout, and every rollout a revision. A Deployment keeps a ReplicaSet "
        "for each: going back fills the old one again."
    ),
    examples=(
        ("Back to the revision before", "rollout undo deployment/myapp-deployment"),
        ("Follow the rollout", "rollout status deployment/myapp-deployment"),
        ("All revisions", "rollout history deployment/myapp-deployment"),
    ),
    help_stream="stdout",
)
