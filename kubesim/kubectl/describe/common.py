"""What the descriptions of all kinds share: labels, annotations, conditions, resources, events."""

from __future__ import annotations

import time

from kubesim.api.meta import SECOND, Obj, annotations_of, controller_of, dig, is_terminating, labels_of, parse_time
from kubesim.api.well_known import BETA_STORAGE_CLASS_ANNOTATION, LAST_APPLIED_CONFIG_ANNOTATION
from kubesim.kinds.common.cells import since
from kubesim.kubectl.describe.writer import INDENT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    from kubesim.kinds.base import Reader
    from kubesim.kubectl.describe.writer import Description

LONGEST_ANNOTATION = 140
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEVER = "Mon, 01 Jan 0001 00:00:00 +0000"


def long_time(instant: str | None) -> str:
    """``Mon, 23 Nov 2026 03:09:18 +0000`` of an RFC 3339 instant: Go's RFC1123Z, in UTC."""
    if not instant:
        return NEVER
    year, month, day, hour, minute, second, weekday, *_ = time.gmtime(parse_time(instant) // SECOND)
    clock = f"{hour:02d}:{minute:02d}:{second:02d} +0000"
    return f"{WEEKDAYS[weekday]}, {day:02d} {MONTHS[month - 1]} {year:04d} {clock}"


def describe_name(w: Description, obj: Obj) -> None:
    w.line("Name:", obj["metadata"]["name"])
    w.line("Namespace:", obj["metadata"].get("namespace", ""))


def describe_labels(w: Description, labels: Mapping[str, str] | None, title: str = "Labels", indent: str = "") -> None:
    """Mirrors printLabelsMultilineWithIndent."""
    w.entries(title, [f"{key}={value}" for key, value in sorted((labels or {}).items())], indent)


def describe_annotations(w: Description, annotations: Mapping[str, str] | None, title: str = "Annotations") -> None:
    """Mirrors printAnnotationsMultiline: what apply remembers stays out, long values get lines of their own."""
    lines = []
    for key, value in sorted((annotations or {}).items()):
        if key != LAST_APPLIED_CONFIG_ANNOTATION:
            lines += _annotation_lines(key, value.removesuffix("\n"))
    w.entries(title, lines)


def _annotation_lines(key: str, value: str) -> list[str]:
    if len(value.encode()) + len(key) + 2 <= LONGEST_ANNOTATION and "\n" not in value:
        return [f"{key}: {value}"]
    return [f"{key}:", *(f"  {_shortened(line)}" for line in value.split("\n"))]


def _shortened(line: str) -> str:
    limit = LONGEST_ANNOTATION - 2
    return f"{line[:limit]}..." if len(line) > limit else line


def describe_nested_metadata(w: Description, meta: Obj, level: int) -> None:
    """Labels and annotations of what an object describes within itself. Mirrors the nested PrefixWriter."""
    indent = INDENT * level
    labels = [f"{key}={value}" for key, value in sorted((meta.get("labels") or {}).items())]
    w.indented_entries("Labels", labels, level, none=f"{indent}<none>")
    title = f"{indent}Annotations:"
    for key, value in sorted((meta.get("annotations") or {}).items()):
        if key != LAST_APPLIED_CONFIG_ANNOTATION:
            first, *rest = _annotation_lines(key, value.removesuffix("\n"))
            w.line(title, f"{indent}{first}")
            for line in rest:
                w.line(indent, line)
            title = indent
    if title != indent:
        w.line(title, f"{indent}<none>")


def describe_attributes(w: Description, attributes: Mapping[str, str] | None) -> None:
    """The attributes of a volume for its CSI driver. Mirrors printCSIPersistentVolumeAttributesMultiline."""
    lines = [f"{key}={value}" for key, value in sorted((attributes or {}).items())]
    cut = [f"{line[:LONGEST_ANNOTATION]}..." if len(line) > LONGEST_ANNOTATION else line for line in lines]
    w.indented_entries("VolumeAttributes", cut, level=2)


def storage_class_of(claim: Obj) -> str:
    """The class of a claim or a volume, by an old annotation or its spec. Mirrors GetPersistentVolumeClaimClass."""
    annotations = dig(claim, "metadata", "annotations", default={})
    return str(annotations.get(BETA_STORAGE_CLASS_ANNOTATION, dig(claim, "spec", "storageClassName", default="")))


def describe_data_source(w: Description, source: Obj | None, level: int = 0) -> None:
    """What a claim's volume is filled from."""
    if source is None:
        return
    w.line("DataSource:", level=level)
    if source.get("apiGroup") is not None:
        w.line("APIGroup:", source["apiGroup"], level=level + 1)
    w.line("Kind:", source.get("kind", ""), level=level + 1)
    w.line("Name:", source.get("name", ""), level=level + 1)


def phase_text(obj: Obj, now: int) -> str:
    """The phase of a volume or a claim; of one that is being deleted, since when (``now`` in ms)."""
    if is_terminating(obj):
        return f"Terminating (lasts {since(obj['metadata']['deletionTimestamp'], now)})"
    return str(dig(obj, "status", "phase", default=""))


def requirement_text(one: Obj) -> str:
    """``zone in [a, b]``. Mirrors printNodeSelectorTermsMultilineWithIndent."""
    values = one.get("values")
    text = f"{one.get('key', '')} {one.get('operator', '').lower()}"
    return f"{text} [{', '.join(values)}]" if values else text


def describe_term(w: Description, title: str, requirements: Iterable[str], level: int) -> None:
    """A node selector term, a requirement a line."""
    for index, requirement in enumerate(requirements or ("<none>",)):
        w.line(*((f"{title}:",) if index == 0 else ("",)), requirement, level=level)


def decoded(value: str) -> bytes:
    """The bytes of a value in base64."""
    import base64

    return base64.b64decode(value)


def describe_metadata(w: Description, obj: Obj) -> None:
    """Labels and annotations."""
    describe_labels(w, labels_of(obj))
    describe_annotations(w, annotations_of(obj))


def describe_controller(w: Description, obj: Obj) -> None:
    owner = controller_of(obj)
    if owner is not None:
        w.line("Controlled By:", f"{owner['kind']}/{owner['name']}")


def describe_conditions(w: Description, obj: Obj) -> None:
    """The type, status and reason of each condition, if there are any."""
    conditions = dig(obj, "status", "conditions")
    if not conditions:
        return
    w.line("Conditions:")
    w.line("Type", "Status", "Reason", level=1)
    w.line("----", "------", "------", level=1)
    for condition in conditions:
        w.line(f"{condition['type']} ", condition["status"], condition.get("reason", ""), level=1)


def describe_field(w: Description, title: str, value: Any, missing: str = "<unset>") -> None:
    w.line(title, missing if value is None else value)


def describe_amounts(w: Description, amounts: Mapping[str, Any], level: int) -> None:
    """Amounts of resources, by name."""
    for name in sorted(amounts):
        w.line(f"{name}:", amounts[name], level=level)


def describe_resources(w: Description, resources: Obj | None, level: int) -> None:
    """Limits and requests. Mirrors describeResources."""
    for title, field in (("Limits:", "limits"), ("Requests:", "requests")):
        amounts = dig(resources, field, default={})
        if amounts:
            w.line(title, level=level)
            describe_amounts(w, amounts, level + 1)


def describe_pod_counts(w: Description, obj: Obj, reader: Reader) -> None:
    """How the pods of a controller are. Mirrors getPodStatusForController."""
    phases = [dig(pod, "status", "phase") for pod in reader.owned(obj, "Pod")]
    words = {"Running": "Running", "Pending": "Waiting", "Succeeded": "Succeeded", "Failed": "Failed"}
    w.line("Pods Status:", " / ".join(f"{phases.count(phase)} {word}" for phase, word in words.items()))


def describe_events(w: Description, events: list[Obj], now: int) -> None:
    """The events about an object at ``now`` (ms), the last one last. Mirrors DescribeEvents."""
    if not events:
        w.line("Events:", "<none>")
        return
    w.flush()
    w.line("Events:")
    w.line("Type", "Reason", "Age", "From", "Message", level=1)
    w.line("----", "------", "----", "----", "-------", level=1)
    for event in sorted(events, key=_when):
        source = dig(event, "source", "component") or event.get("reportingComponent", "")
        w.line(event.get("type", ""), event.get("reason", ""), _interval(event, now), source, _message(event), level=1)


def _when(event: Obj) -> tuple[str, int]:
    """Sorts events by their last time; within a second, by which was recorded last."""
    return event.get("lastTimestamp") or "", int(event["metadata"].get("resourceVersion", 0))


def _interval(event: Obj, now: int) -> str:
    """``10s (x2 over 33s)``: when an event was last seen, and how often since when."""
    first = since(event.get("eventTime") or event.get("firstTimestamp"), now)
    series = event.get("series")
    if series:
        return f"{since(series['lastObservedTime'], now)} (x{series['count']} over {first})"
    count = event.get("count") or 0
    return f"{since(event.get('lastTimestamp'), now)} (x{count} over {first})" if count > 1 else first


def _message(event: Obj) -> str:
    message = str(event.get("message", "")).strip()
    path = dig(event, "involvedObject", "fieldPath")
    return f"{path}: {message}" if path else message
