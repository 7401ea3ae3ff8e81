"""The server's paths that are about itself: its version, its health, what it counts, what other paths there are.

Mirrors apiserver's pkg/server/routes and pkg/server/healthz.
"""

from __future__ import annotations

from kubesim.golang.json import dumps
from kubesim.rest.flow_control import nominal_seats
from kubesim.rest.request import JSON, NO_PAGE, NO_SNIFFING, PLAIN, Answer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Client
    from kubesim.rest.request import Request

KUBERNETES = "v1.36.2"
HEALTH = ("healthz", "livez", "readyz")
#: What every sort of health has, in upstream's order.
_CHECKS = (
    *("ping", "log", "loopback-serving-certificate", "etcd"),
    *(
        f"poststarthook/{hook}"
        for hook in (
            *("start-apiserver-admission-initializer", "generic-apiserver-start-informers"),
            *("priority-and-fairness-config-consumer", "priority-and-fairness-filter"),
            *("storage-object-count-tracker-hook", "start-apiextensions-informers"),
            *("start-apiextensions-controllers", "crd-informer-synced", "start-system-namespaces-controller"),
            *("peer-endpoint-reconciler-controller", "start-cluster-authentication-info-controller"),
            *("start-kube-apiserver-identity-lease-controller",),
            *("start-kube-apiserver-identity-lease-garbage-collector", "storage-readiness"),
            *("start-legacy-token-tracking-controller", "start-service-ip-repair-controllers"),
            *("rbac/bootstrap-roles", "scheduling/bootstrap-system-priority-classes"),
            *("priority-and-fairness-config-producer", "bootstrap-controller"),
            *("start-kubernetes-service-cidr-controller", "start-kube-aggregator-informers"),
            *("apiservice-status-local-available-controller", "apiservice-status-remote-available-controller"),
            *("apiservice-registration-controller", "apiservice-wait-for-first-sync"),
            *("apiservice-discovery-controller", "kube-apiserver-autoregistration"),
        )
    ),
    "autoregister-completion",
    *("poststarthook/apiservice-openapi-controller", "poststarthook/apiservice-openapiv3-controller"),
)
_READY_ONLY = {"etcd-readiness": "etcd", "informer-sync": "etcd-readiness"}  # each with what it follows
_ALIVE_ONLY = "loopback-serving-certificate"
_SHUTDOWN = "shutdown"


def version() -> Obj:
    """Mirrors version.Info, less what only a build has."""
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    return {
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": str(int(minor) - 1),
        "gitVersion": KUBERNETES,
        "gitCommit": "",
        "gitTreeState": "clean",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def raw_json(obj: Obj) -> Answer:
    """Mirrors WriteRawJSON."""
    return Answer(200, JSON, dumps(obj, indent=2, sort_keys=False).encode())


def health(request: Request) -> Answer:
    """``/healthz``, ``/livez``, ``/readyz``, and single checks below them. Mirrors healthz.go."""
    sort, *rest = [part for part in request.path.split("/") if part]
    checks = _checks(sort)
    if rest:
        return Answer(200, PLAIN, b"ok", NO_SNIFFING) if "/".join(rest) in checks else NO_PAGE
    if not any(key == "verbose" for key, _ in request.query):
        return Answer(200, PLAIN, b"ok", NO_SNIFFING)
    excluded = request.parameters("exclude")
    lines = [f"[+]{name} {'excluded: ok' if name in excluded else 'ok'}\n" for name in checks]
    unknown = [name for name in excluded if name not in checks]
    if unknown:
        names = ", ".join(f'"{name}"' for name in sorted(unknown))
        lines.append(f"warn: some health checks cannot be excluded: no matches for {names}\n")
    return Answer(200, PLAIN, f"{''.join(lines)}{sort} check passed\n".encode(), NO_SNIFFING)


def _checks(sort: str) -> list[str]:
    checks = list(_CHECKS)
    if sort == "readyz":
        for name, before in _READY_ONLY.items():
            checks.insert(checks.index(before) + 1, name)
        checks.remove(_ALIVE_ONLY)
        checks.append(_SHUTDOWN)
    return checks


def metrics(client: Client) -> Answer:
    """What the server knows to count: its version, the objects that are stored, and the seats of priority levels."""
    lines = [
        "# HELP apiserver_resource_objects [STABLE] Number of stored objects at the time of last check split by kind.",
        "# TYPE apiserver_resource_objects gauge",
    ]
    for names in client.kinds.all():
        if "list" in names.verbs.split() and names.group != "metrics.k8s.io":
            count = len(client.list(names.key))
            lines.append(f'apiserver_resource_objects{{group="{names.group}",resource="{names.plural}"}} {count}')
    lines += [
        "# HELP apiserver_flowcontrol_nominal_limit_seats [BETA] "
        "Nominal number of execution seats configured for each priority level",
        "# TYPE apiserver_flowcontrol_nominal_limit_seats gauge",
    ]
    for level, seats in nominal_seats(client.cluster).items():
        lines.append(f'apiserver_flowcontrol_nominal_limit_seats{{priority_level="{level}"}} {seats}')
    major, minor, _ = KUBERNETES.removeprefix("v").split(".")
    about = f'git_version="{KUBERNETES}",major="{major}",minor="{minor}",platform="linux/amd64"'
    lines += [
        "# HELP kubernetes_build_info [ALPHA] A metric with a constant '1' value labeled by major, minor and so on.",
        "# TYPE kubernetes_build_info gauge",
        f"kubernetes_build_info{{{about}}} 1",
    ]
    content_type = "text/plain; version=0.0.4; charset=utf-8; escaping=underscores"
    return Answer(200, content_type, "".join(f"{line}\n" for line in lines).encode())


def index(client: Client) -> Answer:
    """``/``: every path that there is."""
    paths = {"/api", "/apis", "/apis/", "/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/openapi/v3/"}
    paths |= {"/readyz", "/version"}
    for names in client.kinds.all():
        paths |= {f"/apis/{names.group}", f"/apis/{names.api_version}"} if names.group else {f"/api/{names.version}"}
    for sort in ("healthz", "livez", "readyz"):
        paths |= {f"/{sort}/{name}" for name in _checks(sort)}
    return raw_json({"paths": sorted(paths)})
