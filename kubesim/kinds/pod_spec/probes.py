"""What is wrong with a container's probes and lifecycle.

Mirrors validateProbe, validateHandler and validateLifecycle of pkg/apis/core/validation.
"""

from __future__ import annotations

from kubesim.api import names
from kubesim.api.fields import FieldError, forbidden, invalid, invalid_for_each, not_negative, one_of, required
from kubesim.kinds.pod_spec.paths import validate_port

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj

_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc", "sleep")


def validate_probes(container: Obj, grace_period: int, path: str) -> list[FieldError]:
    """All of a container's probes, in upstream's order."""
    wrong: list[FieldError] = []
    for name in ("livenessProbe", "readinessProbe", "startupProbe"):
        if name in container:
            wrong += _validate_probe(name, container[name], grace_period, f"{path}.{name}")
    return wrong


def _validate_probe(name: str, probe: Obj, grace_period: int, path: str) -> list[FieldError]:
    wrong = _validate_handler(probe, _HANDLERS[:-1], grace_period, path)
    for count in _COUNTS:
        wrong += not_negative(f"{path}.{count}", probe.get(count))
    seconds = probe.get("terminationGracePeriodSeconds")
    if seconds is not None and seconds <= 0:
        wrong.append(invalid(f"{path}.terminationGracePeriodSeconds", seconds, "must be greater than 0"))
    if name == "readinessProbe":
        if seconds is not None:
            why = "must not be set for readinessProbes"
            wrong.append(invalid(f"{path}.terminationGracePeriodSeconds", seconds, why))
    elif probe.get("successThreshold") != 1:
        wrong.append(invalid(f"{path}.successThreshold", probe.get("successThreshold", 0), "must be 1"))
    return wrong


def validate_lifecycle(lifecycle: Obj, grace_period: int, path: str) -> list[FieldError]:
    wrong: list[FieldError] = []
    for name in ("postStart", "preStop"):
        if name in lifecycle:
            wrong += _validate_handler(lifecycle[name], _HANDLERS, grace_period, f"{path}.{name}")
    return wrong


def _validate_handler(handler: Obj, kinds: tuple[str, ...], grace_period: int, path: str) -> list[FieldError]:
    """Exactly one handler; of several only the first is validated."""
    found = [kind for kind in kinds if kind in handler]
    if not found:
        return [required(path, "must specify a handler type")]
    wrong = _validate_action(found[0], handler[found[0]], grace_period, f"{path}.{found[0]}")
    return wrong + [forbidden(f"{path}.{kind}", "may not specify more than 1 handler type") for kind in found[1:]]


def _validate_action(kind: str, action: Obj, grace_period: int, path: str) -> list[FieldError]:
    if kind == "exec":
        return [] if action.get("command") else [required(f"{path}.command")]
    if kind == "httpGet":
        return _validate_http_get(action, path)
    if kind == "sleep":
        seconds = action.get("seconds", 0)
        why = f"must be non-negative and less than terminationGracePeriodSeconds ({grace_period})"
        return [] if 0 <= seconds <= grace_period else [invalid(path, seconds, why)]
    return validate_port(action.get("port", 0), f"{path}.port")


def _validate_http_get(action: Obj, path: str) -> list[FieldError]:
    wrong = [] if action.get("path") else [required(f"{path}.path")]
    wrong += validate_port(action.get("port", 0), f"{path}.port")
    wrong += one_of(f"{path}.scheme", action.get("scheme", ""), ("HTTP", "HTTPS"))
    for header in action.get("httpHeaders") or ():
        name = header.get("name", "")
        wrong += invalid_for_each(f"{path}.httpHeaders", name, names.is_http_header_name(name))
    return wrong
