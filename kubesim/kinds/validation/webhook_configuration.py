"""What is wrong with a configuration of webhooks. Mirrors pkg/apis/admissionregistration/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    invalid,
    not_supported,
    one_of,
    required,
)
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.kinds.validation.admission_rules import validate_rule_with_operations
from kubesim.kinds.validation.match_conditions import check_conditions
from kubesim.kinds.validation.webhook_client import (
    REVIEW_VERSIONS,
    validate_review_versions,
    validate_service,
    validate_url,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

SIDE_EFFECTS = ("None", "NoneOnDryRun")


def validate_webhooks(hooks: Sequence[Obj]) -> list[FieldError]:
    """Mirrors validateValidatingWebhookConfiguration; mutating ones have a reinvocationPolicy besides."""
    wrong: list[FieldError] = []
    seen = set[str]()
    for index, hook in enumerate(hooks):
        path, name = f"webhooks[{index}]", hook.get("name", "")
        wrong += _of_hook(hook, path)
        versions = hook.get("admissionReviewVersions") or []
        missing = f"must specify one of {', '.join(REVIEW_VERSIONS)}"
        wrong += validate_review_versions(versions, f"{path}.admissionReviewVersions", missing)
        if name in seen:
            wrong.append(duplicate(f"{path}.name", name))
        seen.update({name} - {""})
    return wrong


def _of_hook(hook: Obj, path: str) -> list[FieldError]:
    wrong = _of_qualified_name(hook.get("name", ""), f"{path}.name")
    for index, rule in enumerate(hook.get("rules") or ()):
        wrong += validate_rule_with_operations(rule, f"{path}.rules[{index}]")
    wrong += one_of(f"{path}.failurePolicy", hook["failurePolicy"], ("Fail", "Ignore"))
    wrong += one_of(f"{path}.matchPolicy", hook["matchPolicy"], ("Equivalent", "Exact"))
    effects = hook.get("sideEffects")
    if effects is None:
        wrong.append(required(f"{path}.sideEffects", f"must specify one of {', '.join(SIDE_EFFECTS)}"))
    elif effects not in SIDE_EFFECTS:
        wrong.append(not_supported(f"{path}.sideEffects", effects, SIDE_EFFECTS))
    seconds = hook["timeoutSeconds"]
    if not 1 <= seconds <= 30:
        why = "the timeout value must be between 1 and 30 seconds"
        wrong.append(invalid(f"{path}.timeoutSeconds", seconds, why))
    wrong += validate_label_selector(hook["namespaceSelector"], f"{path}.namespaceSelector")
    wrong += validate_label_selector(hook["objectSelector"], f"{path}.objectSelector")
    if "reinvocationPolicy" in hook:
        wrong += one_of(f"{path}.reinvocationPolicy", hook["reinvocationPolicy"], ("IfNeeded", "Never"))
    wrong += _of_client(hook.get("clientConfig") or {}, f"{path}.clientConfig")
    return [*wrong, *check_conditions(hook.get("matchConditions") or [], f"{path}.matchConditions")]


def _of_qualified_name(name: str, path: str) -> list[FieldError]:
    """Mirrors IsFullyQualifiedName."""
    if not name:
        return [required(path)]
    messages = names.is_dns_1123_subdomain(name)
    if messages:
        return [invalid(path, name, ",".join(messages))]
    if len(name.split(".")) < 3:
        return [invalid(path, name, "should be a domain with at least three segments separated by dots")]
    return []


def _of_client(config: Obj, path: str) -> list[FieldError]:
    if ("url" in config) == ("service" in config):
        return [required(path, "exactly one of url or service is required")]
    if "url" in config:
        return validate_url(config["url"], f"{path}.url")
    return validate_service(config["service"], f"{path}.service")
