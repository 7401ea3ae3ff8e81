"""What a container's securityContext makes of the capabilities that root has in it."""

from __future__ import annotations

import pytest
from kubesim.containers.capabilities import CAPABILITIES, EVERY, capabilities_of

USUAL = capabilities_of({})


def bit(name: str) -> int:
    return 1 << CAPABILITIES.index(name)


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({"privileged": True}, EVERY),
        ({"capabilities": {"add": ["CAP_SYS_TIME"]}}, USUAL | bit("SYS_TIME")),
        ({"capabilities": {"drop": ["chown"]}}, USUAL & ~bit("CHOWN")),
        ({"capabilities": {"add": ["ALL"], "drop": ["MKNOD"]}}, EVERY & ~bit("MKNOD")),
        ({"capabilities": {"drop": ["ALL"]}}, 0),
        ({"capabilities": {"add": ["NET_ADMIN"], "drop": ["all"]}}, bit("NET_ADMIN")),
        ({"capabilities": {"add": ["NET_ADMIN"], "drop": ["ALL", "NET_ADMIN"]}}, 0),
    ],
)
def test_what_is_added_to_all_or_nothing_is_dropped_last(context: dict[str, object], expected: int) -> None:
    assert capabilities_of({"securityContext": context}) == expected
