"""What is wrong with a configuration of webhooks. Mirrors pkg/apis/admissionregistration/validation, in its order."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    duplicate,
    invalid,
    invalid_for_each,
    not_supported,
    one_of,
    required,
)
from kubesim.api.metadata_validation import validate_label_selector
from kubesim.kinds.validation.admission_rules import validate_rule_with_operations
from kubesim.kinds.validation.match_conditions import check_conditions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj

SIDE_EFFECTS = ("None", "NoneOnDryRun")
REVIEW_VERSIONS = ("v1", "v1beta1")
_URL_FORM = "; desired format: https://host[/path]"


def validate_webhooks(hooks: Sequence[Obj]) -> list[FieldError]:
    """Mirrors validateValidatingWebhookConfiguration; mutating ones have a reinvocationPolicy besides."""
    wrong: list[FieldError] = []
    seen = set[str]()
    for index, hook in enumerate(hooks):
        path, name = f"webhooks[{index}]", hook.get("name", "")
        wrong += _of_hook(hook, path)
        wrong += _of_review_versions(hook.get("admissionReviewVersions") or [], f"{path}.admissionReviewVersions")
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


def _of_review_versions(versions: Sequence[str], path: str) -> list[FieldError]:
    """Mirrors validateAdmissionReviewVersions."""
    known = ", ".join(REVIEW_VERSIONS)
    if not versions:
        return [required(path, f"must specify one of {known}")]
    wrong: list[FieldError] = []
    for index, version in enumerate(versions):
        if version in versions[:index]:
            wrong.append(invalid(f"{path}[{index}]", version, "duplicate version"))
        else:
            wrong += invalid_for_each(f"{path}[{index}]", version, names.is_dns_1035_label(version))
    if not any(version in REVIEW_VERSIONS for version in versions):
        wrong.append(invalid(path, versions, f"must include at least one of {known}"))
    return wrong


def _of_client(config: Obj, path: str) -> list[FieldError]:
    if ("url" in config) == ("service" in config):
        return [required(path, "exactly one of url or service is required")]
    if "url" in config:
        return list(_of_url(config["url"], f"{path}.url"))
    return list(_of_service(config["service"], f"{path}.service"))


def _of_url(url: str, path: str) -> Iterator[FieldError]:
    """Mirrors ValidateWebhookURL."""
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    if parts.scheme != "https":
        yield invalid(path, parts.scheme, f"'https' is the only allowed URL scheme{_URL_FORM}")
    if not host:
        yield invalid(path, host, f"host must be specified{_URL_FORM}")
    if user:
        yield invalid(path, user, "user information is not permitted in the URL")
    if parts.fragment:
        yield invalid(path, parts.fragment, "fragments are not permitted in the URL")
    if parts.query:
        yield invalid(path, parts.query, "query parameters are not permitted in the URL")


def _of_service(service: Obj, path: str) -> Iterator[FieldError]:
    """Mirrors ValidateWebhookService, which takes the name for the namespace and that for the name."""
    if not service.get("namespace"):
        yield required(f"{path}.name")
    if not service.get("name"):
        yield required(f"{path}.namespace")
    messages = names.is_port_number(service["port"])
    if messages:
        yield invalid(f"{path}.port", service["port"], f"port is not valid: {', '.join(messages)}")
    yield from _of_path(service.get("path") or "", f"{path}.path")


def _of_path(url: str, path: str) -> Iterator[FieldError]:
    if url in ("", "/"):
        return
    if url == "//":
        yield invalid(path, url, "segment[0] may not be empty")
        return
    if not url.startswith("/"):
        yield invalid(path, url, "must start with a '/'")
    for index, step in enumerate(url[1:].removesuffix("/").split("/")):
        if not step:
            yield invalid(path, url, f"segment[{index}] may not be empty")
            continue
        for message in names.is_dns_1123_subdomain(step):
            yield invalid(path, url, f"segment[{index}]: {message}")
