"""``kubesim create service``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="service",
    use="create service [flags]",
    examples=(("A service without a virtual address", "create service clusterip web --clusterip=None"),),
    short="Create a service using a specified subcommand",
    long="Create a service that picks the pods labelled app=NAME, or stands for a name outside of the cluster.",
)
