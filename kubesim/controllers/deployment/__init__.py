"""The Deployment controller. Mirrors pkg/controller/deployment: a question a file."""

from __future__ import annotations

from kubesim.controllers.deployment.controller import DeploymentController

__all__ = ["DeploymentController"]
