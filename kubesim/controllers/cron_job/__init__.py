"""The CronJob controller. Mirrors pkg/controller/cronjob."""

from __future__ import annotations

from kubesim.controllers.cron_job.controller import CronJobController

__all__ = ["CronJobController"]
