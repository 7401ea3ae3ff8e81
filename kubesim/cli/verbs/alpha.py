"""``kubesim alpha``: a group that has no verbs at present. Mirrors kubectl pkg/cmd/alpha.go."""

from __future__ import annotations

from kubesim.cli.command import Group

COMMAND = Group(
    name="alpha",
    use="alpha",
    short="Commands for features in alpha",
    long="Commands for features that clusters do not have unless they are turned on. There are none.",
    help_status=0,
    notice="No alpha commands are available in this version of kubectl",
)
