"""What ``rollout restart`` writes. Mirrors kubectl's polymorphichelpers/objectrestarter.go."""

from __future__ import annotations

from kubesim.api.meta import Obj, kind_of, rfc3339
from kubesim.api.well_known import RESTARTED_AT_ANNOTATION
from kubesim.kubectl.rollout_kinds import WITH_ROLLOUTS, refused


def restart(obj: Obj, resource: str, now: int) -> Obj:
    """The object with ``now`` (ms) in its template, which makes new pods of it; UserError for other kinds."""
    if kind_of(obj) not in WITH_ROLLOUTS:
        raise refused(obj, resource, "restarting is not supported")
    if kind_of(obj) == "Deployment" and obj["spec"].get("paused"):
        raise refused(obj, resource, "can't restart paused deployment (run rollout resume first)")
    template = obj["spec"]["template"]
    meta = template.get("metadata") or {}
    annotations = {**(meta.get("annotations") or {}), RESTARTED_AT_ANNOTATION: rfc3339(now)}
    template = {**template, "metadata": {**meta, "annotations": annotations}}
    return {**obj, "spec": {**obj["spec"], "template": template}}
