"""``kubesim api-versions``. Mirrors kubectl pkg/cmd/apiresources/apiversions.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session


def run(inv: Invocation) -> None:
    inv.refuse_args()
    versions = {
        names._replace(version=version).api_version
        for names in Session.of(inv).kinds().all()
        for version in names.served
    }
    inv.out.write("".join(f"{version}\n" for version in sorted(versions)))


COMMAND = Command(
    name="api-versions",
    use="api-versions",
    short='Print the supported API versions on the server, in the form of "group/version"',
    long="List every group and version that objects can say they are of.",
    examples=(("All of them", "api-versions"),),
    run=run,
)
