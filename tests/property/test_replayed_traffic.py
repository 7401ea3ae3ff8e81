"""Requests in a life that is led again come to what they come to in the one that was lived."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from kubesim.api.meta import Key
from kubesim.life.replay import recorded as replayed
from kubesim.network.model import Rules
from kubesim.views.traffic.model import Traffic
from kubesim.views.traffic.past import PastRequests

from tests.property.lives import Act, Commands, Uncut
from tests.property.test_faults import lives
from tests.property.test_traffic import requested, rules

quick = settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def no_speed_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KUBESIM_SPEED", raising=False)


def led_again(folder: Path, life: list[Act], rules: Rules, lived: Traffic) -> Traffic | None:
    """What the requests come to by the journal that commands have left."""
    with Commands.on(folder, Uncut.new()) as commands:
        for act in life:
            commands.act(act)
        replay = replayed(commands.session.simulation)
        service = Key("Service", "default", "web")
        port = {"port": 80}
        requests = PastRequests(replay, service, port, rules, lived.begin, 0, lived.begin)
        return requests.until(lived.end, ())


@quick
@given(lives(), rules)
def test_requests_have_the_fates_that_they_had(tmp_path: Path, life: list[Act], rules: Rules) -> None:
    life = [*life, Act("look", None, 1000)]
    lived = requested(life, rules).traffic()
    again = led_again(Path(mkdtemp(dir=tmp_path)), life, rules, lived)
    assert again is not None
    assert again.requests == lived.requests
    assert (again.begin, again.end) == (lived.begin, lived.end)
