"""A Job: pods that run to completion."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class Job(Kind):
    """Mirrors pkg/registry/batch/job."""

    has_generation = True
    has_status = True
