"""What is wrong with a ResourceSlice. Mirrors ValidateResourceSlice of pkg/apis/resource/validation."""

from __future__ import annotations

import re

from kubesim.api import names
from kubesim.api.fields import (
    FieldError,
    Struct,
    forbidden,
    immutable,
    invalid,
    invalid_for_each,
    required,
    too_long,
    too_many,
)
from kubesim.kinds.pod_spec.scheduling import validate_node_selector
from kubesim.kinds.pod_spec.volume_sources import validate_csi_driver_name
from kubesim.kinds.validation.devices import validate_each, validate_effect, validate_qualified_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_MOST_DEVICES, _MOST_ADVANCED_DEVICES = 128, 64
_MOST_COUNTER_SETS, _MOST_COUNTERS, _MOST_CONSUMPTIONS = 8, 32, 2
_MOST_ATTRIBUTES = 32
_MOST_TAINTS = 16
_LONGEST_VALUE = 64
_LONGEST_POOL = 253
_NODES = ("nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection")
_ONE_OF_NODES = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
_ONE_OF_DEVICE = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true "
    "in the ResourceSlice spec"
)
_NOT_HERE = (
    "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the "
    "ResourceSlice spec"
)
_UNSET_OR_TRUE = "must be either unset or set to true"
_NUMBER, _PART = r"(0|[1-9]\d*)", r"(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)"
_SEMVER = re.compile(
    rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_PART}(\.{_PART})*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?", re.ASCII
)


def validate_resource_slice(obj: Obj) -> list[FieldError]:
    return _validate_spec(obj["spec"], None)


def validate_resource_slice_update(new: Obj, old: Obj) -> list[FieldError]:
    """Mirrors ValidateResourceSliceUpdate."""
    return _validate_spec(new["spec"], old["spec"])


def _validate_spec(spec: Obj, old: Obj | None) -> list[FieldError]:
    pool = spec["pool"]
    wrong = validate_csi_driver_name(spec["driver"], "spec.driver")
    wrong += _validate_pool_name(pool["name"], "spec.pool.name")
    if pool["resourceSliceCount"] <= 0:
        count = pool["resourceSliceCount"]
        wrong.append(invalid("spec.pool.resourceSliceCount", count, "must be greater than zero"))
    if pool["generation"] < 0:
        why = "must be greater than or equal to zero"
        wrong.append(invalid("spec.pool.generation", pool["generation"], why))
    if old is not None:
        wrong += immutable("spec.pool.name", pool["name"], old["pool"]["name"])
        wrong += immutable("spec.driver", spec["driver"], old["driver"])
        wrong += immutable("spec.nodeName", spec.get("nodeName"), old.get("nodeName"))
    wrong += _validate_nodes(spec)
    if spec.get("sharedCounters") is not None and spec.get("devices") is not None:
        wrong.append(invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"))
    return wrong + _validate_devices(spec)


def _validate_devices(spec: Obj) -> list[FieldError]:
    devices = spec.get("devices") or []
    is_advanced = any(device.get("taints") or device.get("consumesCounters") for device in devices)
    per_device = bool(spec.get("perDeviceNodeSelection"))
    wrong = validate_each(
        devices,
        "spec.devices",
        lambda device, at: _validate_device(device, at, per_device=per_device),
        most=_MOST_ADVANCED_DEVICES if is_advanced else _MOST_DEVICES,
        key=lambda device: device["name"],
    )
    return wrong + validate_each(
        spec.get("sharedCounters") or [],
        "spec.sharedCounters",
        lambda counters, at: _validate_counters(counters, at, "name"),
        most=_MOST_COUNTER_SETS,
        key=lambda counters: counters["name"],
    )


def _validate_pool_name(name: str, path: str) -> list[FieldError]:
    if not name:
        return [required(path)]
    wrong = [too_long(path, _LONGEST_POOL)] if len(name.encode()) > _LONGEST_POOL else []
    problems = ((part, names.is_dns_1123_subdomain(part)) for part in name.split("/"))
    return wrong + [error for part, found in problems for error in invalid_for_each(path, part, found)]


def _validate_nodes(spec: Obj) -> list[FieldError]:
    """On which nodes the devices are."""
    wrong: list[FieldError] = []
    chosen = [f"`{field}`" for field in _NODES if spec.get(field)]
    node, selector = spec.get("nodeName"), spec.get("nodeSelector")
    if node:
        wrong += invalid_for_each("spec.nodeName", node, names.is_dns_1123_subdomain(node))
    elif node is not None:
        wrong.append(invalid("spec.nodeName", node, "must be either unset or set to a non-empty string"))
    if selector is not None:
        chosen += [] if selector else ["`nodeSelector`"]
        terms = selector.get("nodeSelectorTerms")
        wrong += validate_node_selector(selector, "spec.nodeSelector")
        if len(terms or ()) != 1:
            path, why = "spec.nodeSelector.nodeSelectorTerms", "must have exactly one node selector term"
            wrong.append(invalid(path, terms, why))
    for field in ("allNodes", "perDeviceNodeSelection"):
        if spec.get(field) is False:
            wrong.append(invalid(f"spec.{field}", False, _UNSET_OR_TRUE))
    if not chosen:
        wrong.append(required("spec", _ONE_OF_NODES))
    elif len(chosen) > 1:
        shown = f"{{{', '.join(chosen)}}}"
        wrong.append(invalid("spec", shown, f"{_ONE_OF_NODES}, but multiple fields are set"))
    return wrong


def _validate_device(device: Obj, path: str, *, per_device: bool) -> list[FieldError]:
    attributes, capacity = device.get("attributes") or {}, device.get("capacity") or {}
    wrong = invalid_for_each(f"{path}.name", device["name"], names.is_dns_1123_label(device["name"]))
    total = len(attributes) + len(capacity)
    if total > _MOST_ATTRIBUTES:
        why = f"the total number of attributes and capacities must not exceed {_MOST_ATTRIBUTES}"
        wrong.append(invalid(path, total, why))
    for name in sorted(attributes):
        wrong += validate_qualified_name(name, f"{path}.attributes")
        wrong += _validate_attribute(attributes[name], f"{path}.attributes[{name}]")
    for name in sorted(capacity):
        wrong += validate_qualified_name(name, f"{path}.capacity")
        if capacity[name].get("requestPolicy") is not None and not device.get("allowMultipleAllocations"):
            why = "allowMultipleAllocations must be true"
            wrong.append(forbidden(f"{path}.capacity[{name}].requestPolicy", why))
    wrong += validate_each(device.get("taints") or [], f"{path}.taints", _validate_taint, most=_MOST_TAINTS)
    wrong += validate_each(
        device.get("consumesCounters") or [],
        f"{path}.consumesCounters",
        lambda counters, at: _validate_counters(counters, at, "counterSet"),
        most=_MOST_CONSUMPTIONS,
        key=lambda counters: counters["counterSet"],
    )
    return wrong + _validate_device_nodes(device, path, per_device=per_device)


def _validate_taint(taint: Obj, path: str) -> list[FieldError]:
    value = taint.get("value", "")
    wrong = invalid_for_each(f"{path}.key", taint["key"], names.is_qualified_name(taint["key"]))
    wrong += invalid_for_each(f"{path}.value", value, names.is_label_value(value))
    return wrong + (
        validate_effect(taint["effect"], f"{path}.effect") if taint["effect"] else [required(f"{path}.effect")]
    )


def _validate_device_nodes(device: Obj, path: str, *, per_device: bool) -> list[FieldError]:
    given = [field for field in _NODES[:3] if device.get(field) is not None]
    if not per_device:
        return [invalid(path, None, _NOT_HERE)] if given else []
    chosen = [f"`{field}`" for field in given if device[field] or field == "nodeSelector"]
    wrong: list[FieldError] = []
    if device.get("nodeName"):
        wrong += invalid_for_each(
            f"{path}.nodeName", device["nodeName"], names.is_dns_1123_subdomain(device["nodeName"])
        )
    elif device.get("nodeName") is not None:
        wrong.append(invalid(f"{path}.nodeName", "", "must not be empty"))
    if device.get("nodeSelector") is not None:
        wrong += validate_node_selector(device["nodeSelector"], f"{path}.nodeSelector")
    if device.get("allNodes") is False:
        wrong.append(invalid(f"{path}.allNodes", False, _UNSET_OR_TRUE))
    if not chosen:
        wrong.append(required(path, _ONE_OF_DEVICE))
    elif len(chosen) > 1:
        wrong.append(invalid(path, f"{{{', '.join(chosen)}}}", _ONE_OF_DEVICE))
    return wrong


def _validate_attribute(attribute: Obj, path: str) -> list[FieldError]:
    values = {field: attribute.get(field) for field in ("int", "bool", "string", "version")}
    wrong: list[FieldError] = []
    for field in ("string", "version"):
        value = values[field]
        if value is None:
            continue
        if field == "version" and not _SEMVER.fullmatch(value):
            wrong.append(invalid(f"{path}.{field}", value, "must be a string compatible with semver.org spec 2.0.0"))
        if len(value.encode()) > _LONGEST_VALUE:
            wrong.append(too_long(f"{path}.{field}", _LONGEST_VALUE))
    given = [field for field, value in values.items() if value is not None]
    if len(given) == 1:
        return wrong
    names_in_go = {f"{field.capitalize()}Value": value for field, value in values.items()}
    return [*wrong, invalid(path, Struct(**names_in_go) if given else "", "exactly one value must be specified")]


def _validate_counters(counters: Obj, path: str, name_field: str) -> list[FieldError]:
    """Of a set of counters, or of what a device takes from one."""
    name, amounts = counters[name_field], counters.get("counters") or {}
    wrong = invalid_for_each(f"{path}.{name_field}", name, names.is_dns_1123_label(name)) if name else []
    wrong += [] if name else [required(f"{path}.{name_field}")]
    if not amounts:
        return [*wrong, required(f"{path}.counters")]
    if len(amounts) > _MOST_COUNTERS:
        return [*wrong, too_many(f"{path}.counters", len(amounts), _MOST_COUNTERS)]
    problems = ((key, names.is_dns_1123_label(key)) for key in sorted(amounts))
    return wrong + [error for key, found in problems for error in invalid_for_each(f"{path}.counters", key, found)]
