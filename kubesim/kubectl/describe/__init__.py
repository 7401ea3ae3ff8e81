"""What ``describe`` prints of an object.

``writer`` lays text out, ``common`` has what all kinds share, ``pod_template`` and ``containers`` and ``volumes`` what
all workloads share; the other modules are named for the kind they describe.  Mirrors kubectl pkg/describe.
"""

from __future__ import annotations

from kubesim.kubectl.describe.generic import describe_generic

__all__ = ["describe_generic"]
