"""What is wrong with a FlowSchema. Mirrors ValidateFlowSchema of pkg/apis/flowcontrol/validation."""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, Struct, forbidden, invalid, invalid_for_each, not_supported, required
from kubesim.kinds.common.flow_control import MANDATORY_FLOW_SCHEMAS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj

_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_METHODS = ("ByNamespace", "ByUser")
_HIGHEST = 10000
#: Each kind of subject, and the field that holds it.
_SUBJECTS = {"User": "user", "ServiceAccount": "serviceAccount", "Group": "group"}
_NAMESPACE_RULE = "each member of this list must be '*' or a DNS-1123 label; "


def validate_flow_schema(obj: Obj) -> list[FieldError]:
    """Mirrors ValidateFlowSchema."""
    spec, name = obj["spec"], obj["metadata"].get("name", "")
    wrong = _validate_spec(name, spec)
    if name in MANDATORY_FLOW_SCHEMAS and spec != MANDATORY_FLOW_SCHEMAS[name]:
        wrong.append(invalid("spec", _spec_struct(spec), f"spec of '{name}' must equal the fixed value"))
    return wrong


def _validate_spec(name: str, spec: Obj) -> list[FieldError]:
    path, precedence = "spec.matchingPrecedence", spec["matchingPrecedence"]
    wrong: list[FieldError] = []
    if precedence <= 0:
        wrong.append(invalid(path, precedence, "must be a positive value"))
    if precedence > _HIGHEST:
        wrong.append(invalid(path, precedence, f"must not be greater than {_HIGHEST}"))
    if precedence == 1 and name != "exempt":
        wrong.append(invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
    method, level = spec.get("distinguisherMethod"), spec["priorityLevelConfiguration"]["name"]
    if method is not None and method["type"] not in _METHODS:
        wrong.append(not_supported("spec.distinguisherMethod.type", Struct(Type=method["type"]), _METHODS))
    path = "spec.priorityLevelConfiguration.name"
    if level:
        wrong += invalid_for_each(path, level, names.is_dns_1123_subdomain(level))
    else:
        wrong.append(required(path, "must reference a priority level"))
    for index, rule in enumerate(spec.get("rules") or ()):
        wrong += _validate_rule(rule, f"spec.rules[{index}]")
    return wrong


def _validate_rule(rule: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateFlowSchemaPolicyRulesWithSubjects."""
    subjects, of_resources = rule["subjects"] or (), rule.get("resourceRules") or ()
    others = rule.get("nonResourceRules") or ()
    wrong: list[FieldError] = []
    for index, subject in enumerate(subjects):
        wrong += _validate_subject(subject, f"{path}.subjects[{index}]")
    if not subjects:
        wrong.append(required(f"{path}.subjects", "subjects must contain at least one value"))
    if not of_resources and not others:
        wrong.append(required(path, "at least one of resourceRules and nonResourceRules has to be non-empty"))
    for index, one in enumerate(of_resources):
        wrong += _validate_resource_rule(one, f"{path}.resourceRules[{index}]")
    for index, one in enumerate(others):
        wrong += _validate_non_resource_rule(one, f"{path}.nonResourceRules[{index}]")
    return wrong


def _validate_subject(subject: Obj, path: str) -> list[FieldError]:
    kind = subject["kind"]
    if kind not in _SUBJECTS:
        return [not_supported(f"{path}.kind", kind, sorted(_SUBJECTS))]
    field = _SUBJECTS[kind]
    held = subject.get(field)
    if held is None:
        wrong = [required(f"{path}.{field}", f"{field} is required when subject kind is '{kind}'")]
    elif kind == "ServiceAccount":
        wrong = _validate_service_account(held, f"{path}.{field}")
    else:
        wrong = [] if held["name"] else [required(f"{path}.{field}.name")]
    for other in _others(field):
        if subject.get(other) is not None:
            only = next(name for name, one in _SUBJECTS.items() if one == other)
            wrong.append(forbidden(f"{path}.{other}", f"{other} is forbidden when subject kind is not '{only}'"))
    return wrong


def _others(field: str) -> list[str]:
    """The other fields, in the order in which upstream asks for them."""
    order = ("user", "group") if field == "serviceAccount" else ("serviceAccount", "user", "group")
    return [other for other in order if other != field]


def _validate_service_account(account: Obj, path: str) -> list[FieldError]:
    name, namespace = account["name"], account["namespace"]
    wrong = [] if name else [required(f"{path}.name")]
    if name and name != "*":
        wrong += invalid_for_each(f"{path}.name", name, names.is_dns_1123_subdomain(name))
    if not namespace:
        return [*wrong, required(f"{path}.namespace", "must specify namespace for service account")]
    return wrong + invalid_for_each(f"{path}.namespace", namespace, names.is_dns_1123_label(namespace))


def _validate_verbs(verbs: Sequence[str], path: str) -> list[FieldError]:
    if not verbs:
        return [required(path, "verbs must contain at least one value")]
    if "*" in verbs:
        return _alone(verbs, path, "verbs")
    return [] if set(verbs) <= set(_VERBS) else [not_supported(path, list(verbs), _VERBS)]


def _alone(values: Sequence[str], path: str, what: str) -> list[FieldError]:
    """A wildcard stands alone."""
    if len(values) > 1 and "*" in values:
        return [invalid(path, list(values), f"if '*' is present, must not specify other {what}")]
    return []


def _validate_non_resource_rule(rule: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateFlowSchemaNonResourcePolicyRule."""
    wrong = _validate_verbs(rule["verbs"] or (), f"{path}.verbs")
    path, urls = f"{path}.nonResourceURLs", rule["nonResourceURLs"] or ()
    if not urls:
        return [*wrong, required(path, "nonResourceURLs must contain at least one value")]
    if "*" in urls:
        return wrong + _alone(urls, path, "non-resource URLs")
    problems = ((f"{path}[{index}]", url, _problem_of_url(url)) for index, url in enumerate(urls))
    return wrong + [invalid(at, url, problem) for at, url, problem in problems if problem]


def _problem_of_url(url: str) -> str:
    """Mirrors ValidateNonResourceURLPath."""
    if url == "/":
        return ""
    if not url:
        return "must not be empty"
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    is_misplaced = url.count("*") > 1 or ("*" in url and not url.endswith("/*"))
    return "wildcard can only do suffix matching" if is_misplaced else ""


def _validate_resource_rule(rule: Obj, path: str) -> list[FieldError]:
    """Mirrors ValidateFlowSchemaResourcePolicyRule."""
    wrong = _validate_verbs(rule["verbs"] or (), f"{path}.verbs")
    for field, what in (("apiGroups", "api group"), ("resources", "resource")):
        if not rule[field]:
            wrong.append(required(f"{path}.{field}", f"resource rules must supply at least one {what}"))
        wrong += _alone(rule[field] or (), f"{path}.{field}", f"{what}s")
    path, namespaces = f"{path}.namespaces", rule.get("namespaces") or ()
    if not namespaces and not rule.get("clusterScope"):
        why = "resource rules that are not cluster scoped must supply at least one namespace"
        return [*wrong, required(path, why)]
    if "*" in namespaces:
        return wrong + _alone(namespaces, path, "namespaces")
    for index, namespace in enumerate(namespaces):
        problems = names.is_dns_1123_label(namespace)
        wrong += [invalid(f"{path}[{index}]", namespace, _NAMESPACE_RULE + problem) for problem in problems]
    return wrong


def _spec_struct(spec: Obj) -> Struct:
    """The spec as Go has it in memory."""
    method = spec.get("distinguisherMethod")
    return Struct(
        PriorityLevelConfiguration=Struct(Name=spec["priorityLevelConfiguration"]["name"]),
        MatchingPrecedence=spec["matchingPrecedence"],
        DistinguisherMethod=None if method is None else Struct(Type=method["type"]),
        Rules=[_rule_struct(rule) for rule in spec.get("rules") or ()] or None,
    )


def _rule_struct(rule: Obj) -> Struct:
    return Struct(
        Subjects=[_subject_struct(subject) for subject in rule["subjects"] or ()] or None,
        ResourceRules=[
            Struct(
                Verbs=one["verbs"],
                APIGroups=one["apiGroups"],
                Resources=one["resources"],
                ClusterScope=one.get("clusterScope", False),
                Namespaces=one.get("namespaces"),
            )
            for one in rule.get("resourceRules") or ()
        ]
        or None,
        NonResourceRules=[
            Struct(Verbs=one["verbs"], NonResourceURLs=one["nonResourceURLs"])
            for one in rule.get("nonResourceRules") or ()
        ]
        or None,
    )


def _subject_struct(subject: Obj) -> Struct:
    user, group, account = subject.get("user"), subject.get("group"), subject.get("serviceAccount")
    return Struct(
        Kind=subject["kind"],
        User=None if user is None else Struct(Name=user["name"]),
        Group=None if group is None else Struct(Name=group["name"]),
        ServiceAccount=None if account is None else Struct(Namespace=account["namespace"], Name=account["name"]),
    )
