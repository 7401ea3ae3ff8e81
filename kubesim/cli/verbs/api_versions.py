"""``kubesim api-versions``. Mirrors kubectl pkg/cmd/apiresources/apiversions.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.kinds import SERVED_VERSIONS, Names
from kubesim.kinds.table import ROWS


def run(inv: Invocation) -> None:
    if inv.args:
        raise inv.usage_error(f"unexpected arguments: [{' '.join(inv.args)}]")
    versions: set[str] = set()
    for row in ROWS:
        names = Names(*row)
        versions.add(names.api_version)
        versions.update(f"{names.group}/{version}" for version in SERVED_VERSIONS.get(names.group, ()))
    inv.out.write("".join(f"{version}\n" for version in sorted(versions)))


COMMAND = Command(
    name="api-versions",
    use="api-versions",
    short='Print the supported API versions on the server, in the form of "group/version"',
    long="List every group and version that objects can say they are of.",
    examples=(("All of them", "api-versions"),),
    run=run,
)
