"""What is wrong with a CustomResourceDefinition.

Mirrors apiextensions-apiserver's pkg/apis/apiextensions/validation. What upstream forgives in an update, because an
earlier version let it in, is not forgiven here: no such definition can be in the cluster. A schema that an update does
not change is valid, and not judged again.
"""

from __future__ import annotations

from kubesim.api.fields import FieldError, immutable, invalid, not_supported, required
from kubesim.api.meta import has_condition
from kubesim.api.names import is_dns_1035_label, is_dns_1123_subdomain
from kubesim.kinds.validation.custom_resource_definition.approval import validate_approval
from kubesim.kinds.validation.custom_resource_definition.columns import (
    validate_columns,
    validate_selectable_fields,
    validate_subresources,
)
from kubesim.kinds.validation.custom_resource_definition.conversion import validate_conversion
from kubesim.kinds.validation.custom_resource_definition.hoisting import hoisted, schemas_of
from kubesim.kinds.validation.custom_resource_definition.internal_values import versions_value
from kubesim.kinds.validation.custom_resource_definition.names import validate_names, validate_required_names
from kubesim.kinds.validation.custom_resource_definition.schema_walk import every_schema
from kubesim.kinds.validation.custom_resource_definition.versions import validate_validation, validate_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_SCOPES = ("Cluster", "Namespaced")


def validate(crd: Obj) -> list[FieldError]:
    """What is wrong with a new definition, defaulted, with the storage version in status.storedVersions."""
    spec = crd["spec"]
    plural, group = spec.get("names", {}).get("plural", ""), spec.get("group", "")
    wrong: list[FieldError] = []
    name = crd["metadata"].get("name", "")
    if name != f"{plural}.{group}":
        wrong.append(invalid("metadata.name", name, 'must be spec.names.plural+"."+spec.group'))
    return wrong + _validate(crd, None)


def validate_update(new: Obj, old: Obj) -> list[FieldError]:
    """What is wrong with a definition in the place of ``old``."""
    return _validate(new, old)


def validate_status_update(new: Obj) -> list[FieldError]:
    """What is wrong with a definition of which the status was written."""
    return validate_names(new.get("status", {}).get("acceptedNames") or {}, "status.acceptedNames")


def _validate(new: Obj, old: Obj | None) -> list[FieldError]:
    spec, status = hoisted(new["spec"]), new.get("status") or {}
    wrong = _validate_spec(spec, None if old is None else hoisted(old["spec"]), is_established=_is_established(old))
    if old is not None:
        wrong += _validate_immutable(spec, old["spec"], is_established=_is_established(old))
    wrong += validate_status_update(new)
    wrong += _validate_stored(status.get("storedVersions"), spec.get("versions") or [])
    wrong += validate_approval(new, old)
    if spec.get("preserveUnknownFields"):
        why = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
        wrong.append(invalid("spec.preserveUnknownFields", True, why))
    return wrong


def _is_established(crd: Obj | None) -> bool:
    return crd is not None and has_condition(crd, "Established")


def _validate_spec(spec: Obj, old: Obj | None, *, is_established: bool) -> list[FieldError]:
    versions, top = spec.get("versions") or [], spec.get("validation")
    wrong = [*_validate_group(spec.get("group", "")), *_validate_scope(spec.get("scope", ""))]
    if (top or {}).get("openAPIV3Schema") is None:
        missing = [(one.get("schema") or {}).get("openAPIV3Schema") is None for one in versions]
        wrong += [
            required(f"spec.versions[{index}].schema.openAPIV3Schema")
            for index, is_missing in enumerate(missing)
            if is_missing
        ]
    preserves = bool(spec.get("preserveUnknownFields"))
    if preserves and _has_defaults(spec):
        why = "must be false in order to use defaults in the schema"
        wrong.append(invalid("spec.preserveUnknownFields", True, why))
    known = _known_schemas(spec, old)
    wrong += _validate_versions(spec, versions, known)
    wrong += _validate_sameness(spec, versions)
    wrong += validate_required_names(spec.get("names") or {}, "spec.names")
    wrong += validate_names(spec.get("names") or {}, "spec.names")
    has_status = any(_has_status(holder) for holder in (spec, *versions))
    is_known = spec.get("version", "") in known
    wrong += validate_validation(top, "spec.validation", has_status=has_status, is_known=is_known)
    wrong += validate_subresources(spec.get("subresources"), "spec.subresources")
    wrong += validate_columns(spec.get("additionalPrinterColumns") or (), "spec.additionalPrinterColumns")
    wrong += _validate_selectable(spec)
    conversion = spec.get("conversion")
    if preserves and conversion and conversion.get("strategy") != "None":
        why = "must be None if spec.preserveUnknownFields is true"
        wrong.append(invalid("spec.conversion.strategy", conversion.get("strategy", ""), why))
    return wrong + validate_conversion(conversion, "spec.conversion", checks_bundle=is_established)


def _has_defaults(spec: Obj) -> bool:
    return any(part.get("default") is not None for schema in schemas_of(spec) for part in every_schema(schema))


def _validate_group(group: str) -> list[FieldError]:
    if not group:
        return [required("spec.group")]
    problems = is_dns_1123_subdomain(group)
    if problems:
        return [invalid("spec.group", group, ",".join(problems))]
    return [] if "." in group else [invalid("spec.group", group, "should be a domain with at least one dot")]


def _validate_scope(scope: str) -> list[FieldError]:
    if not scope:
        return [required("spec.scope")]
    return [] if scope in _SCOPES else [not_supported("spec.scope", scope, _SCOPES)]


def _known_schemas(spec: Obj, old: Obj | None) -> set[str]:
    """The versions that had the same schema before."""
    if old is None:
        return set()
    before = {
        version.get("name"): version.get("schema") or old.get("validation") for version in old.get("versions") or ()
    }
    return {
        version.get("name", "")
        for version in spec.get("versions") or ()
        if version.get("name") in before
        and before[version["name"]] == (version.get("schema") or spec.get("validation"))
    }


def _has_status(holder: Obj) -> bool:
    return (holder.get("subresources") or {}).get("status") is not None


def _validate_versions(spec: Obj, versions: list[Obj], known: set[str]) -> list[FieldError]:
    wrong: list[FieldError] = []
    are_alike = not any(version.get("subresources") is not None for version in versions)
    for index, version in enumerate(versions):
        name, path = version.get("name", ""), f"spec.versions[{index}]"
        problems = is_dns_1035_label(name)
        if problems:
            wrong.append(invalid(f"{path}.name", name, ",".join(problems)))
        same_name = next(one for one in versions if one.get("name", "") == name)
        has_status = _has_status(spec if are_alike else same_name)
        wrong += validate_version(version, path, has_status=has_status, known=known)
    return wrong


def _validate_sameness(spec: Obj, versions: list[Obj]) -> list[FieldError]:
    """One version is stored, and no two have the same name."""
    problems: list[str] = []
    names = [version.get("name", "") for version in versions]
    if len(set(names)) < len(names):
        problems.append("must contain unique version names")
    if sum(bool(version.get("storage")) for version in versions) != 1:
        problems.append("must have exactly one version marked as storage version")
    shown = versions_value(versions) if problems and versions else None
    wrong = [invalid("spec.versions", shown, problem) for problem in problems]
    first = spec.get("version", "")
    label_problems = is_dns_1035_label(first) if first else []
    return wrong + ([invalid("spec.version", first, ",".join(label_problems))] if label_problems else [])


def _validate_selectable(spec: Obj) -> list[FieldError]:
    fields = spec.get("selectableFields")
    if not fields:
        return []
    if spec.get("validation") is None:
        return [invalid("spec.selectableFields", "", "may only be set when validations.schema is included")]
    schema = spec["validation"].get("openAPIV3Schema") or {}
    return list(validate_selectable_fields(fields, schema, "spec"))


def _validate_immutable(spec: Obj, old: Obj, *, is_established: bool) -> list[FieldError]:
    names, before = spec.get("names") or {}, old.get("names") or {}
    wrong: list[FieldError] = []
    if is_established:
        wrong += immutable("spec.scope", spec.get("scope", ""), old.get("scope", ""))
        wrong += immutable("spec.names.kind", names.get("kind", ""), before.get("kind", ""))
    wrong += immutable("spec.group", spec.get("group", ""), old.get("group", ""))
    return wrong + immutable("spec.names.plural", names.get("plural", ""), before.get("plural", ""))


def _validate_stored(stored: list[str] | None, versions: list[Obj]) -> list[FieldError]:
    """Mirrors ValidateCustomResourceDefinitionStoredVersions."""
    path = "status.storedVersions"
    if not stored:
        return [invalid(path, stored, "must have at least one stored version")]
    wrong: list[FieldError] = []
    waiting = set(stored)
    for version in versions:
        if version.get("storage") and version.get("name") not in waiting:
            wrong.append(invalid(path, stored, f"must have the storage version {version['name']}"))
        waiting.discard(version.get("name", ""))
    for index, name in enumerate(stored):
        if name in waiting:
            why = (
                f"missing from spec.versions; {name} was previously a storage version, and must remain in "
                f"spec.versions until a storage migration ensures no data remains persisted in {name} and removes "
                f"{name} from status.storedVersions"
            )
            wrong.append(invalid(f"{path}[{index}]", name, why))
    return wrong
