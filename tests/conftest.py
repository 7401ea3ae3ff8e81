"""How hypothesis runs here: what a busy machine takes its time for is no failure."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("kubesim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kubesim")
