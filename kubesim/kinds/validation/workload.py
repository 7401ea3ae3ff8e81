"""What the kinds that run pods have in common: a selector, a template, a share of the replicas.

Mirrors pkg/apis/apps/validation.
"""

from __future__ import annotations

from kubesim.api import int_or_percent, names
from kubesim.api.fields import FieldError, forbidden, invalid, invalid_for_each, not_negative, not_supported, required
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.api.selectors import Selector, SelectorError, from_label_selector
from kubesim.kinds.pod_spec.validation import validate_pod_template_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

MISMATCH = "`selector` does not match template `labels`"
#: How many pods an object may ask for: what a file and a process still bear. A real cluster takes any number and fails.
MOST_PODS = 10_000


def validate_pod_count(path: str, count: int) -> list[FieldError]:
    """How many pods are asked for at once."""
    if count > MOST_PODS:
        return [
            invalid(path, count, f"must be less than or equal to {MOST_PODS}: kubesim keeps no more pods of one owner")
        ]
    return not_negative(path, count)


def validate_selector(spec: Obj, kind: str) -> list[FieldError]:
    """The selector of ``spec``; ``kind`` is in the error of an empty one."""
    selector = spec.get("selector")
    if selector is None:
        return [required("spec.selector")]
    wrong = validate_label_selector(selector, "spec.selector")
    if is_empty(selector):
        wrong.append(invalid("spec.selector", selector, f"empty selector is invalid for {kind}"))
    return wrong


def is_empty(selector: Obj) -> bool:
    return not selector.get("matchLabels") and not selector.get("matchExpressions")


def selector_of(spec: Obj) -> Selector | None:
    """What the selector means, or None where it means nothing."""
    try:
        return from_label_selector(spec.get("selector"))
    except SelectorError:
        return None


def validate_matching(template: Obj, selector: Selector) -> list[FieldError]:
    """The template's labels are among those selected; an empty selector is an error elsewhere."""
    labels = template["metadata"].get("labels")
    if selector.is_empty() or selector.matches(labels or {}):
        return []
    return [invalid("spec.template.metadata.labels", labels, MISMATCH)]


def validate_lasting_template(template: Obj, kind: str) -> list[FieldError]:
    """A template of pods that are always restarted and never time out."""
    path = "spec.template"
    return [*validate_pod_template_spec(template, path), *validate_lasting(template["spec"], kind)]


def validate_lasting(pod_spec: Obj, kind: str) -> list[FieldError]:
    path = "spec.template.spec"
    wrong: list[FieldError] = []
    if pod_spec.get("restartPolicy") != "Always":
        wrong.append(not_supported(f"{path}.restartPolicy", pod_spec.get("restartPolicy", ""), ("Always",)))
    if "activeDeadlineSeconds" in pod_spec:
        why = f"activeDeadlineSeconds in {kind} is not Supported"
        wrong.append(forbidden(f"{path}.activeDeadlineSeconds", why))
    return wrong


def validate_int_or_percent(value: int | str, path: str) -> list[FieldError]:
    """Mirrors ValidatePositiveIntOrPercent, which takes 0."""
    if isinstance(value, str):
        return invalid_for_each(path, value, names.is_percent(value))
    return not_negative(path, value)


def validate_at_most_all(value: int | str, path: str) -> list[FieldError]:
    """Mirrors IsNotMoreThan100Percent."""
    percent = int_or_percent.percent_of(value)
    return [invalid(path, value, "must not be greater than 100%")] if percent is not None and percent > 100 else []


def is_zero(value: int | str) -> bool:
    """Whether a number or a percentage is nothing; a text that is neither is nothing, too."""
    percent = int_or_percent.percent_of(value)
    return (int_or_percent.int_value(value) if percent is None else percent) == 0
