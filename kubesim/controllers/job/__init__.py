"""The Job controller. Mirrors pkg/controller/job: a question a file."""

from __future__ import annotations

from kubesim.controllers.job.controller import JobController

__all__ = ["JobController"]
