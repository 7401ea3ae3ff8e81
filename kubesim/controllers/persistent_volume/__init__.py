"""Claims get their volumes, and neither goes while it is in use.

Mirrors pkg/controller/volume: persistentvolume (pv_controller.go), pvcprotection, pvprotection and expand.
"""

from __future__ import annotations

from kubesim.controllers.persistent_volume.claims import ClaimController
from kubesim.controllers.persistent_volume.volumes import VolumeController

__all__ = ["ClaimController", "VolumeController"]
