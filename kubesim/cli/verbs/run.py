"""``kubesim run``: a pod from words. Mirrors kubectl pkg/cmd/run/run.go and pkg/generate/versioned/run.go."""

from __future__ import annotations

from kubesim.api import names
from kubesim.cli import options
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import OverrideOptions
from kubesim.cli.pflag import Flag
from kubesim.cli.support import pairs
from kubesim.cli.support.cascade import propagation_of
from kubesim.cli.support.overrides import overridden
from kubesim.cli.support.pod_timeout import check_pod_running_timeout_of
from kubesim.cli.support.reporter import NONE
from kubesim.cli.support.service_ports import atoi, parse_labels, service_ports
from kubesim.cli.verbs.create.creation import Creation, CreationOptions, new_object
from kubesim.errors import StatusError, UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster

RESTART_POLICIES = ("Always", "OnFailure", "Never")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
ATTACHED_DRY_RUN = (
    "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
)
NOTHING_TO_ATTACH_TO = "kubesim cannot attach to a container: nothing runs inside its containers; no pod was created"


def run(inv: Invocation) -> None:
    creation = Creation(inv, inv.group(CreationOptions), record=inv.flag("record"), saves_config=False)
    propagation_of(inv, inv.flag("cascade"))
    if not inv.args or inv.dash == 0:
        raise inv.usage_error("NAME is required for run")
    check_pod_running_timeout_of(inv, inv.flag("pod-running-timeout"))
    _validate_container(inv)
    _validate_attaching(inv, creation.dry_run)
    if not inv.args[0]:
        raise UserError("Parameter: name is required")
    pod = overridden(inv.group(OverrideOptions), _pod(inv))
    if _attaches(inv):
        raise UserError(NOTHING_TO_ATTACH_TO)
    with creation.cluster(asks=False) as cluster:
        made = creation.made(cluster, pod)
        wrong = _expose(inv, creation, cluster) if inv.flag("expose") else None
        creation.reporter.tell(made, "created")
        if wrong:
            raise wrong


def _validate_container(inv: Invocation) -> None:
    """UserError for flags that no container can be made of."""
    from kubesim.kinds.pod_spec.image_name import is_reference

    image, policy = str(inv.flag("image")), str(inv.flag("image-pull-policy"))
    if not image:
        raise UserError("--image is required")
    if not is_reference(image):
        raise UserError(f'Invalid image name "{image}": invalid reference format')
    if inv.flag("tty") and not inv.flag("stdin"):
        raise inv.usage_error("-i/--stdin is required for containers with -t/--tty=true")
    if inv.flag("expose") and not inv.flag("port"):
        raise inv.usage_error("--port must be set when exposing a service")
    if inv.flag("restart") and inv.flag("restart") not in RESTART_POLICIES:
        raise inv.usage_error(f"invalid restart policy: {inv.flag('restart')}")
    if policy and policy not in PULL_POLICIES:
        raise inv.usage_error(f"invalid image pull policy: {policy}")


def _validate_attaching(inv: Invocation, dry_run: str) -> None:
    if inv.flag("rm") and not _attaches(inv):
        raise inv.usage_error("--rm should only be used for attached containers")
    if _attaches(inv) and dry_run != NONE:
        raise inv.usage_error(ATTACHED_DRY_RUN)


def _attaches(inv: Invocation) -> bool:
    """Whether the command line wants to be attached to the container; with --stdin it does unless told otherwise."""
    return bool(inv.flag("attach") or (inv.flag("stdin") and not inv.changed("attach")))


def _pod(inv: Invocation) -> Obj:
    name = str(inv.args[0])
    container = _container(inv, name)
    annotations = pairs.parse(inv.flag("annotations"), "annotations", removes=False).new
    spec: Obj = {
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": str(inv.flag("restart")) or "Always",
    }
    return new_object("Pod", name, labels=_labels(inv, name), annotations=annotations, spec=spec)


def _labels(inv: Invocation, name: str) -> dict[str, str]:
    asked = str(inv.flag("labels"))
    return parse_labels(asked) if asked else {"run": name}


def _container(inv: Invocation, name: str) -> Obj:
    """The container with what flags say of it; what they do not speak of is left out."""
    words = list(inv.args[1:])
    stdin = bool(inv.flag("stdin"))
    port = str(inv.flag("port"))
    parts = {
        "name": name,
        "image": str(inv.flag("image")),
        "command" if inv.flag("command") else "args": words,
        "env": [_variable(text) for text in inv.flag("env")],
        "imagePullPolicy": str(inv.flag("image-pull-policy")),
        "ports": [{"containerPort": atoi(port)}] if port else [],
        "securityContext": {"privileged": True} if inv.flag("privileged") else {},
        "stdin": stdin,
        "stdinOnce": stdin and not inv.flag("leave-stdin-open"),
        "tty": bool(inv.flag("tty")),
    }
    return {field: value for field, value in parts.items() if value or field == "name"}


def _variable(text: str) -> Obj:
    name, found, value = text.partition("=")
    if not found or not name or names.is_strict_env_var_name(name):
        raise UserError(f"invalid env: {text}")
    return {"name": name, "value": value}


def _expose(inv: Invocation, creation: Creation, cluster: Cluster) -> Exception | None:
    """Create a service before the pod and tell of it; what went wrong is told when the pod was told of."""
    name = str(inv.args[0])
    try:
        ports = service_ports(str(inv.flag("port")).split(","), {}, "", "")
        asked = str(inv.flag("labels"))
        spec = {"selector": _labels(inv, name), "ports": ports}
        service = new_object("Service", name, labels=parse_labels(asked) if asked else {}, spec=spec)
        creation.create_in(cluster, service)
    except (UserError, StatusError) as error:
        return error
    if inv.flag("output") == "yaml":
        inv.out.write("---\n")
    return None


COMMAND = Command(
    name="run",
    use=(
        'run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] '
        "[--overrides=inline-json] [--command] -- [COMMAND] [args...]"
    ),
    short="Run a particular image on the cluster",
    long=(
        "Create a pod that runs an image. What stands after -- are the container's arguments, or with --command its "
        "command.\n\n"
        "Nothing really runs inside, so there is nothing to attach to: --attach, --rm and --stdin are refused."
    ),
    examples=(
        ("A pod of nginx", "run web --image=nginx:1.25 --port=80"),
        ("With a service before it", "run web --image=nginx:1.25 --port=80 --expose"),
        ("A pod that runs for an hour", "run tools --image=busybox:1.36 --command -- sleep 3600"),
        ("A pod that is not restarted", "run job --image=busybox:1.36 --restart=Never -- sh -c 'sleep 2'"),
        ("Environment variables and labels", "run web --image=nginx:1.25 --env=MODE=fast --labels=app=web,tier=front"),
        ("A manifest to begin with", "run web --image=nginx:1.25 --dry-run=client -o yaml"),
        ("More than there are flags for", """run web --image=nginx --overrides='{"spec": {"nodeName": "node01"}}'"""),
    ),
    flags=(
        *options.FILENAME,
        *options.PRINT,
        options.CASCADE,
        options.DRY_RUN,
        options.field_manager("kubectl-run"),
        *options.OVERRIDES,
        options.POD_RUNNING_TIMEOUT,
        options.RECORD,
        options.SAVE_CONFIG,
        Flag("annotations", type="array", help="An annotation, as KEY=VALUE; may be repeated."),
        Flag("attach", type=bool, help="Attach to the container; there is nothing to attach to."),
        Flag("command", type=bool, help="What stands after -- is the command, not its arguments."),
        Flag("detach-keys", default="ctrl-p,ctrl-q", help="The keys that would detach again."),
        Flag("env", type="array", help="An environment variable, as KEY=VALUE; may be repeated."),
        Flag("expose", type=bool, help="Make a service for the pod; needs --port."),
        Flag("force", type=bool, help="With --rm, delete the pod at once."),
        Flag("grace-period", type=int, default=-1, help="With --rm, how many seconds the pod has to end."),
        Flag("image", required=True, help="The image of the container."),
        Flag("image-pull-policy", help="Always, IfNotPresent or Never; the server's choice, if it is left out."),
        Flag("labels", "l", help="Labels instead of run=NAME: key=value,..."),
        Flag("leave-stdin-open", type=bool, help="Keep standard input open when the first client is gone."),
        Flag("port", help="The port that the container opens."),
        Flag("privileged", type=bool, help="Let the container do what the node can."),
        Flag("quiet", "q", type=bool, help="Say less."),
        Flag("restart", default="Always", help="When to restart the container.", choices=RESTART_POLICIES),
        Flag("rm", type=bool, help="Delete the pod after it was attached to."),
        Flag("stdin", "i", type=bool, help="Keep standard input open."),
        Flag("timeout", type="duration", help="With --rm, how long to wait for the pod to be gone."),
        Flag("tty", "t", type=bool, help="Give the container a terminal."),
        Flag("wait", type=bool, help="With --rm, wait until the pod is gone."),
    ),
    run=run,
)
