"""A CronJob: Jobs by the clock."""

from __future__ import annotations

from kubesim.kinds.base import Kind


class CronJob(Kind):
    """Mirrors pkg/registry/batch/cronjob."""

    has_generation = True
    has_status = True
