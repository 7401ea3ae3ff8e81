"""The StatefulSet controller. Mirrors pkg/controller/statefulset: a question a file."""

from __future__ import annotations

from kubesim.controllers.stateful_set.controller import StatefulSetController

__all__ = ["StatefulSetController"]
