"""How tests run here: on bare clusters unless a test asks for others; what a busy machine takes its time for is no
failure to hypothesis.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("kubesim", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kubesim")

os.environ["KUBESIM_PROFILE"] = "bare"
for name in ("KUBECONFIG", "KUBESIM_NAME", "KUBESIM_SPEED"):
    os.environ.pop(name, None)
