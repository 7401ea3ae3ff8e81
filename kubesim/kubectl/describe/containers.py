"""The containers of a pod or a pod template. Mirrors describeContainers and its parts."""

from __future__ import annotations

from kubesim.api.meta import Obj, dig
from kubesim.kinds.common.cells import boolean
from kubesim.kubectl.describe.common import describe_resources, long_time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.kubectl.describe.writer import Description


def describe_containers(
    w: Description,
    title: str,
    containers: Sequence[Obj],
    statuses: Sequence[Obj] = (),
    pod: Obj | None = None,
    space: str = "",
) -> None:
    """``space`` is put before the title in a pod template; ``pod`` is what fields in the environment refer to."""
    w.line(f"{space}{title}:{'' if containers else ' <none>'}")
    by_name = {status["name"]: status for status in statuses}
    for container in containers:
        status = by_name.get(container["name"])
        w.line(f"{space[:1]}{container['name']}:", level=1)
        _describe_image_and_ports(w, container, status)
        _describe_command(w, container)
        if status is not None:
            _describe_status(w, status)
        describe_resources(w, container.get("resources"), 2)
        _describe_probes(w, container)
        _describe_env_from(w, container)
        _describe_env(w, container, pod)
        _describe_mounts(w, container)


def _describe_image_and_ports(w: Description, container: Obj, status: Obj | None) -> None:
    """Mirrors describeContainerBasicInfo."""
    if status is not None:
        w.line("Container ID:", status.get("containerID", ""), level=2)
    w.line("Image:", container.get("image", ""), level=2)
    if status is not None:
        w.line("Image ID:", status.get("imageID", ""), level=2)
    ports = container.get("ports") or ()
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        listed = ", ".join(_port(port, field) for port in ports)
        w.line(f"{title}{'s' if ',' in listed else ''}:", listed or "<none>", level=2)
    profile = dig(container, "securityContext", "seccompProfile")
    if profile:
        w.line("SeccompProfile:", profile["type"], level=2)
        if profile["type"] == "Localhost":
            w.line("LocalhostProfile:", profile.get("localhostProfile", ""), level=3)


def _port(port: Obj, field: str) -> str:
    name = f" ({port['name']})" if port.get("name") else ""
    return f"{port.get(field, 0)}/{port.get('protocol', 'TCP')}{name}"


def _describe_command(w: Description, container: Obj) -> None:
    for title, field in (("Command:", "command"), ("Args:", "args")):
        words = container.get(field)
        if words:
            w.line(title, level=2)
            for word in words:
                for line in word.split("\n"):
                    w.line(line, level=3)


def _describe_status(w: Description, status: Obj) -> None:
    """Mirrors describeContainerState."""
    _describe_state(w, "State:", status.get("state") or {})
    if dig(status, "lastState", "terminated"):
        _describe_state(w, "Last State:", status["lastState"])
    w.line("Ready:", boolean(status.get("ready", False)), level=2)
    w.line("Restart Count:", status.get("restartCount", 0), level=2)


def _describe_state(w: Description, title: str, state: Obj) -> None:
    """Mirrors describeStatus."""
    if state.get("running") is not None:
        w.line(title, "Running", level=2)
        w.line("Started:", long_time(state["running"].get("startedAt")), level=3)
    elif state.get("terminated") is not None:
        _describe_termination(w, title, state["terminated"])
    else:
        w.line(title, "Waiting", level=2)
        if dig(state, "waiting", "reason"):
            w.line("Reason:", state["waiting"]["reason"], level=3)


def _describe_termination(w: Description, title: str, terminated: Obj) -> None:
    w.line(title, "Terminated", level=2)
    if terminated.get("reason"):
        w.line("Reason:", terminated["reason"], level=3)
    if terminated.get("message"):
        w.line("Message:", terminated["message"], level=3)
    w.line("Exit Code:", terminated.get("exitCode", 0), level=3)
    if terminated.get("signal"):
        w.line("Signal:", terminated["signal"], level=3)
    w.line("Started:", long_time(terminated.get("startedAt")), level=3)
    w.line("Finished:", long_time(terminated.get("finishedAt")), level=3)


def _describe_probes(w: Description, container: Obj) -> None:
    for name in ("Liveness", "Readiness", "Startup"):
        probe = container.get(f"{name.lower()}Probe")
        if probe is not None:
            w.line(f"{name}:", probe_text(probe), level=2)


def probe_text(probe: Obj) -> str:
    """A probe on one line. Mirrors DescribeProbe."""
    attributes = (
        f"delay={probe.get('initialDelaySeconds', 0)}s timeout={probe.get('timeoutSeconds', 0)}s "
        f"period={probe.get('periodSeconds', 0)}s #success={probe.get('successThreshold', 0)} "
        f"#failure={probe.get('failureThreshold', 0)}"
    )
    return f"{_probe_action(probe)} {attributes}"


def _probe_action(probe: Obj) -> str:
    if "exec" in probe:
        return f"exec [{' '.join(probe['exec'].get('command') or ())}]"
    if "httpGet" in probe:
        return f"http-get {_url(probe['httpGet'])}"
    if "tcpSocket" in probe:
        return f"tcp-socket {probe['tcpSocket'].get('host', '')}:{probe['tcpSocket']['port']}"
    if "grpc" in probe:
        return f"grpc <pod>:{probe['grpc']['port']} {probe['grpc'].get('service', '')}"
    return "unknown"


def _url(action: Obj) -> str:
    from urllib.parse import quote

    host, path = action.get("host", ""), quote(action.get("path", ""), safe="$&+,/:;=@")
    host = f"[{host}]" if ":" in host else host
    slash = "" if path.startswith("/") or not path else "/"
    return f"{action.get('scheme', '').lower()}://{host}:{action['port']}{slash}{path}"


def _describe_env_from(w: Description, container: Obj) -> None:
    """Mirrors describeContainerEnvFrom."""
    sources = container.get("envFrom") or ()
    if sources:
        w.line("Environment Variables from:", level=2)
    for source in sources:
        kind = "ConfigMap" if "configMapRef" in source else "Secret" if "secretRef" in source else ""
        reference = source.get("configMapRef") or source.get("secretRef") or {}
        prefix = f" with prefix '{source['prefix']}'" if source.get("prefix") else ""
        w.line(reference.get("name", ""), f"{kind}{prefix}", _optional(reference), level=3)


def _optional(reference: Obj) -> str:
    return f"Optional: {str(bool(reference.get('optional'))).lower()}"


def _describe_env(w: Description, container: Obj, pod: Obj | None) -> None:
    """Mirrors describeContainerEnvVars."""
    variables = container.get("env") or ()
    w.line("Environment:", *([] if variables else ["<none>"]), level=2)
    for variable in variables:
        name, source = f"{variable['name']}:", variable.get("valueFrom")
        if not source:
            first, *rest = variable.get("value", "").split("\n")
            w.line(name, first, level=3)
            for line in rest:
                w.line("", line, level=3)
        else:
            _describe_env_source(w, name, source, container, pod)


def _describe_env_source(w: Description, name: str, source: Obj, container: Obj, pod: Obj | None) -> None:
    if "fieldRef" in source:
        reference = source["fieldRef"]
        value = "" if pod is None else _field_value(pod, reference["fieldPath"])
        w.line(name, f"{value} ({reference.get('apiVersion', 'v1')}:{reference['fieldPath']})", level=3)
    elif "resourceFieldRef" in source:
        w.line(name, _resource_text(source["resourceFieldRef"], container), level=3)
    elif "secretKeyRef" in source:
        reference = source["secretKeyRef"]
        text = f"<set to the key '{reference['key']}' in secret '{reference.get('name', '')}'>"
        w.line(name, text, _optional(reference), level=3)
    elif "configMapKeyRef" in source:
        reference = source["configMapKeyRef"]
        text = f"<set to the key '{reference['key']}' of config map '{reference.get('name', '')}'>"
        w.line(name, text, _optional(reference), level=3)


def _field_value(pod: Obj, path: str) -> str:
    """The field of a pod that a variable refers to; kubectl's own types know of two. Mirrors EnvValueRetriever."""
    return str(dig(pod, *path.split("."), default="")) if path in ("metadata.name", "metadata.namespace") else ""


def _resource_text(reference: Obj, container: Obj) -> str:
    """``500m`` cpu in the units asked for, rounded up. Mirrors ExtractContainerResourceValue."""
    from kubesim.api import quantity

    resource = reference["resource"]
    field, _, name = resource.partition(".")
    amount = dig(container, "resources", field, name, default="0")
    divisor = reference.get("divisor") or "0"
    divisor = "1" if quantity.value(divisor) == 0 else divisor
    measure = quantity.milli_value if name == "cpu" else quantity.value
    value = str(-(-measure(amount) // measure(divisor)))
    if value == "0" and resource in ("limits.cpu", "limits.memory"):
        value = "node allocatable"
    return f"{value} ({resource})"


def _describe_mounts(w: Description, container: Obj) -> None:
    """Mirrors describeContainerVolumes."""
    mounts = sorted(container.get("volumeMounts") or (), key=lambda mount: str(mount["mountPath"]))
    none = [] if mounts else ["<none>"]
    w.line("Mounts:", *none, level=2)
    for mount in mounts:
        w.line(f"{mount['mountPath']} from {mount['name']} ({_mount_flags(mount)})", level=3)
    devices = sorted(container.get("volumeDevices") or (), key=lambda device: str(device["devicePath"]))
    if devices:
        w.line("Devices:", *none, level=2)
    for device in devices:
        w.line(f"{device['devicePath']} from {device['name']}", level=3)


def _mount_flags(mount: Obj) -> str:
    from kubesim.golang.quoting import quote

    flags = ["ro" if mount.get("readOnly") else "rw"]
    if mount.get("subPath"):
        flags.append(f"path={quote(mount['subPath'])}")
    return ",".join(flags)
