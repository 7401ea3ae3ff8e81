"""``kubesim set``: the sub-commands, a file each."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="set",
    use="set SUBCOMMAND",
    short="Set specific features on objects",
    long="Change what existing objects run: their images, environment, resources, service account, selector.",
    examples=(("Another image", "set image deployment/myapp-deployment nginx=nginx:1.9.1"),),
)
