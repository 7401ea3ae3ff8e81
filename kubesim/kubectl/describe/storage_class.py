"""The description of a StorageClass. Mirrors describeStorageClass."""

from __future__ import annotations

from kubesim.api.meta import Obj, annotations_of
from kubesim.api.well_known import IS_DEFAULT_STORAGE_CLASS_ANNOTATION
from kubesim.kinds.common.cells import format_labels
from kubesim.kubectl.describe.common import describe_events, describe_term, requirement_text
from kubesim.kubectl.describe.writer import Description

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kinds.base import Reader


def describe_storage_class(obj: Obj, reader: Reader, now: int, *, show_events: bool) -> str:
    w = Description()
    w.line("Name:", obj["metadata"]["name"])
    w.line("IsDefaultClass:", "Yes" if annotations_of(obj).get(IS_DEFAULT_STORAGE_CLASS_ANNOTATION) == "true" else "No")
    w.line("Annotations:", format_labels(annotations_of(obj)))
    w.line("Provisioner:", obj.get("provisioner", ""))
    w.line("Parameters:", format_labels(obj.get("parameters")))
    expansion = obj.get("allowVolumeExpansion")
    w.line("AllowVolumeExpansion:", "<unset>" if expansion is None else str(expansion))
    options = obj.get("mountOptions") or ()
    w.line("MountOptions:", *(() if options else ("<none>",)))
    for option in options:
        w.line(option, level=1)
    for title, field in (("ReclaimPolicy:", "reclaimPolicy"), ("VolumeBindingMode:", "volumeBindingMode")):
        if field in obj:
            w.line(title, obj[field])
    if "allowedTopologies" in obj:
        w.line("AllowedTopologies:", "")
        for index, term in enumerate(obj["allowedTopologies"]):
            requirements = [
                requirement_text({**one, "operator": "In"}) for one in term.get("matchLabelExpressions") or ()
            ]
            describe_term(w, f"Term {index}", requirements, level=1)
    if show_events:
        describe_events(w, reader.events_of(obj), now)
    return w.text()
