"""The scheduler: gives each pod a node."""

from __future__ import annotations

from kubesim.controllers.scheduler.controller import Scheduler

__all__ = ["Scheduler"]
