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
    too_many,
)
from kubesim.api.metadata_validation import validate_label_selector

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.api.meta import Obj

EVERY = "*"
OPERATIONS = (EVERY, "CONNECT", "CREATE", "DELETE", "UPDATE")
SCOPES = (EVERY, "Cluster", "Namespaced")
SIDE_EFFECTS = ("None", "NoneOnDryRun")
REVIEW_VERSIONS = ("v1", "v1beta1")
_URL_FORM = "; desired format: https://host[/path]"
_MOST_CONDITIONS = 64


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
        wrong += _of_rule(rule, f"{path}.rules[{index}]")
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
    return [*wrong, *_of_conditions(hook.get("matchConditions") or (), f"{path}.matchConditions")]


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


def _of_rule(rule: Obj, path: str) -> list[FieldError]:
    """Mirrors validateRuleWithOperations and validateRule."""
    operations = rule.get("operations") or []
    wrong = list(_alone(operations, f"{path}.operations", "operations"))
    for index, operation in enumerate(operations):
        wrong += one_of(f"{path}.operations[{index}]", operation, OPERATIONS)
    wrong += _alone(rule.get("apiGroups") or [], f"{path}.apiGroups", "API groups")
    versions = rule.get("apiVersions") or []
    wrong += _alone(versions, f"{path}.apiVersions", "API versions")
    wrong += [required(f"{path}.apiVersions[{index}]") for index, version in enumerate(versions) if not version]
    wrong += _of_resources(rule.get("resources") or [], f"{path}.resources")
    return wrong + one_of(f"{path}.scope", rule["scope"], SCOPES)


def _alone(items: Sequence[str], path: str, called: str) -> Iterator[FieldError]:
    """There is something, and a wildcard has nothing beside it."""
    if not items:
        yield required(path)
    if len(items) > 1 and EVERY in items:
        yield invalid(path, items, f"if '*' is present, must not specify other {called}")


def _of_resources(resources: Sequence[str], path: str) -> list[FieldError]:
    """Mirrors validateResources."""
    wrong = [] if resources else [required(path)]
    with_all, all_with = set[str](), set[str]()  # x/* and */x
    has_plain = False
    for index, whole in enumerate(resources):
        place = f"{path}[{index}]"
        if not whole:
            wrong.append(required(place))
            continue
        resource, slash, subresource = whole.partition("/")
        if not slash:
            has_plain = whole != EVERY
            continue
        if resource in with_all:
            wrong.append(invalid(place, whole, f"if '{resource}/*' is present, must not specify {whole}"))
        if subresource in all_with:
            wrong.append(invalid(place, whole, f"if '*/{subresource}' is present, must not specify {whole}"))
        with_all.update({resource} if subresource == EVERY else ())
        all_with.update({subresource} if resource == EVERY else ())
    if len(resources) > 1 and "*/*" in resources:
        wrong.append(invalid(path, resources, "if '*/*' is present, must not specify other resources"))
    if EVERY in resources and has_plain:
        why = "if '*' is present, must not specify other resources without subresources"
        wrong.append(invalid(path, resources, why))
    return wrong


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


def _of_conditions(conditions: Sequence[Obj], path: str) -> list[FieldError]:
    """Mirrors validateMatchConditions, but for what its expressions mean."""
    wrong = [too_many(path, len(conditions), _MOST_CONDITIONS)] if len(conditions) > _MOST_CONDITIONS else []
    seen = set[str]()
    for index, condition in enumerate(conditions):
        place, name = f"{path}[{index}]", condition.get("name", "")
        if not condition.get("expression", "").strip():
            wrong.append(required(f"{place}.expression"))
        if not name:
            wrong.append(required(f"{place}.name"))
        else:
            wrong += invalid_for_each(f"{place}.name", name, names.is_qualified_name(name))
        if name in seen:
            wrong.append(duplicate(f"{place}.name", name))
        seen.update({name} - {""})
    return wrong
