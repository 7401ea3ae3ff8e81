"""The labels that a Job's pods get: its name and its uid, each under today's key and under the one before."""

from __future__ import annotations

from kubesim.api.well_known import (
    CONTROLLER_UID_LABEL,
    JOB_NAME_LABEL,
    LEGACY_CONTROLLER_UID_LABEL,
    LEGACY_JOB_NAME_LABEL,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def pod_labels(meta: Obj) -> dict[str, str]:
    """The labels, by the Job's metadata. Mirrors generateSelector."""
    name, uid = meta.get("name", ""), meta["uid"]
    return {
        JOB_NAME_LABEL: name,
        LEGACY_JOB_NAME_LABEL: name,
        CONTROLLER_UID_LABEL: uid,
        LEGACY_CONTROLLER_UID_LABEL: uid,
    }
