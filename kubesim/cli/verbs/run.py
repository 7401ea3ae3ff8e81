"""``kubesim run``: creates a pod from flags. Mirrors kubectl pkg/cmd/run/run.go and pkg/generate/versioned/run.go."""

from __future__ import annotations

from kubesim.api import names
from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import Cascade, FieldManager, FilenameOptions, OverrideOptions, PodRunningTimeout, Record
from kubesim.cli.signature import Annotated, Duration, Option, StringArray
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
    from kubesim.cli.support.session import Session
    from kubesim.cluster import Client

RESTART_POLICIES = ("Always", "OnFailure", "Never")
PULL_POLICIES = ("Always", "IfNotPresent", "Never")
ATTACHED_DRY_RUN = (
    "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)"
)


class RunOptions(CreationOptions, OverrideOptions):
    """The flags of ``run``. Mirrors RunOptions."""

    cascade: Cascade = "background"
    field_manager: FieldManager = "kubectl-run"
    pod_running_timeout: PodRunningTimeout = 60_000
    record: Record = False
    annotations: Annotated[StringArray, Option(help="An annotation, as KEY=VALUE; may be repeated.")]
    attach: Annotated[bool, Option(help="Wait for the pod, and attach to its container; with -i it does.")] = False
    command: Annotated[bool, Option(help="What stands after -- is the command, not its arguments.")] = False
    _detach_keys: Annotated[str, Option(help="The keys that would detach again.")] = "ctrl-p,ctrl-q"
    env: Annotated[StringArray, Option(help="An environment variable, as KEY=VALUE; may be repeated.")]
    expose: Annotated[bool, Option(help="Make a service for the pod; needs --port.")] = False
    _force: Annotated[bool, Option(help="With --rm, delete the pod at once.")] = False
    _grace_period: Annotated[int, Option(help="With --rm, how many seconds the pod has to end.")] = -1
    image: Annotated[str, Option(required=True, help="The image of the container.")] = ""
    image_pull_policy: Annotated[
        str, Option(help="Always, IfNotPresent or Never; the server's choice, if it is left out.")
    ] = ""
    labels: Annotated[str, Option("l", help="Labels instead of run=NAME: key=value,...")] = ""
    leave_stdin_open: Annotated[bool, Option(help="Keep standard input open when the first client is gone.")] = False
    port: Annotated[str, Option(help="The port that the container opens.")] = ""
    privileged: Annotated[bool, Option(help="Let the container do what the node can.")] = False
    quiet: Annotated[bool, Option("q", help="Print what the container prints and nothing else.")] = False
    restart: Annotated[str, Option(help="When to restart the container.", choices=RESTART_POLICIES)] = "Always"
    rm: Annotated[bool, Option(help="Delete the pod after it was attached to.")] = False
    stdin: Annotated[bool, Option("i", help="Keep standard input open.")] = False
    _timeout: Annotated[Duration, Option(help="With --rm, how long to wait for the pod to be gone.")] = 0
    tty: Annotated[bool, Option("t", help="Give the container a terminal.")] = False
    _wait: Annotated[bool, Option(help="With --rm, wait until the pod is gone.")] = False


def run(inv: Invocation, *, options: RunOptions, _files: FilenameOptions) -> None:
    creation = Creation(inv, options, record=options.record, saves_config=False)
    propagation = propagation_of(inv, options.cascade)
    if not inv.args or inv.dash == 0:
        raise inv.usage_error("NAME is required for run")
    name, *words = inv.args
    check_pod_running_timeout_of(inv, options.pod_running_timeout)
    _validate_container(inv, options)
    attaches = options.attach or (options.stdin and not inv.changed("attach"))
    if options.rm and not attaches:
        raise inv.usage_error("--rm should only be used for attached containers")
    if attaches and creation.dry_run != NONE:
        raise inv.usage_error(ATTACHED_DRY_RUN)
    if not name:
        raise UserError("Parameter: name is required")
    pod = overridden(options, _pod(options, name, words))
    with creation.cluster(asks=False) as cluster:
        made = creation.made(cluster, pod)
        wrong = _expose(inv, options, name, creation, cluster) if options.expose else None
        if not attaches:
            creation.reporter.report(made, "created")
            if wrong:
                raise wrong
    if attaches:
        _attach(inv, options, creation.session, made, propagation)


def _attach(inv: Invocation, options: RunOptions, session: Session, pod: Obj, propagation: str) -> None:
    from kubesim.cli.support.attached_run import COMPLETED, AttachedRun, Wanted
    from kubesim.cli.support.attachment import AttachOptions

    restart = options.restart or ("OnFailure" if options.stdin else "Always")
    ends = {"Never": COMPLETED, "OnFailure": ("Succeeded",)}.get(restart, ())
    wanted = Wanted(
        AttachOptions(reads=options.stdin, wants_terminal=options.tty, quiet=options.quiet),
        options.pod_running_timeout,
        () if options.leave_stdin_open else ends,
        () if not options.rm else ("Pod", "Service") if options.expose else ("Pod",),
        propagation,
    )
    AttachedRun(inv, session, pod, wanted).run()


def _validate_container(inv: Invocation, options: RunOptions) -> None:
    """UserError for flags that no container can be made of."""
    from kubesim.kinds.pod_spec.image_name import is_reference

    if not options.image:
        raise UserError("--image is required")
    if not is_reference(options.image):
        raise UserError(f'Invalid image name "{options.image}": invalid reference format')
    if options.tty and not options.stdin:
        raise inv.usage_error("-i/--stdin is required for containers with -t/--tty=true")
    if options.expose and not options.port:
        raise inv.usage_error("--port must be set when exposing a service")
    if options.restart and options.restart not in RESTART_POLICIES:
        raise inv.usage_error(f"invalid restart policy: {options.restart}")
    if options.image_pull_policy and options.image_pull_policy not in PULL_POLICIES:
        raise inv.usage_error(f"invalid image pull policy: {options.image_pull_policy}")


def _pod(options: RunOptions, name: str, words: list[str]) -> Obj:
    container = _container(options, name, words)
    annotations = pairs.parse(options.annotations, "annotations", removes=False).new
    spec: Obj = {
        "containers": [container],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": options.restart or "Always",
    }
    return new_object("Pod", name, labels=_labels(options, name), annotations=annotations, spec=spec)


def _labels(options: RunOptions, name: str) -> dict[str, str]:
    return parse_labels(options.labels) if options.labels else {"run": name}


def _container(options: RunOptions, name: str, words: list[str]) -> Obj:
    """The container that the flags describe, without empty fields; ``words`` are its arguments or its command."""
    parts = {
        "name": name,
        "image": options.image,
        "command" if options.command else "args": words,
        "env": [_variable(text) for text in options.env],
        "imagePullPolicy": options.image_pull_policy,
        "ports": [{"containerPort": atoi(options.port)}] if options.port else [],
        "securityContext": {"privileged": True} if options.privileged else {},
        "stdin": options.stdin,
        "stdinOnce": options.stdin and not options.leave_stdin_open,
        "tty": options.tty,
    }
    return {field: value for field, value in parts.items() if value or field == "name"}


def _variable(text: str) -> Obj:
    name, found, value = text.partition("=")
    if not found or not name or names.is_strict_env_var_name(name):
        raise UserError(f"invalid env: {text}")
    return {"name": name, "value": value}


def _expose(inv: Invocation, options: RunOptions, name: str, creation: Creation, cluster: Client) -> Exception | None:
    """Create a service for the pod and report it. An error is returned: it comes after the report of the pod."""
    try:
        ports = service_ports(options.port.split(","), {}, "", "")
        spec = {"selector": _labels(options, name), "ports": ports}
        labels = parse_labels(options.labels) if options.labels else {}
        service = new_object("Service", name, labels=labels, spec=spec)
        creation.create_in(cluster, service)
    except (UserError, StatusError) as error:
        return error
    if options.output == "yaml":
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
        "With -i or --attach the command waits until the pod runs, attaches to its container, and ends with its exit "
        "code if it is not restarted; --rm deletes the pod then. A container is a small simulated machine: see exec."
    ),
    examples=(
        ("A pod of nginx", "run web --image=nginx:1.25 --port=80"),
        ("With a service before it", "run web --image=nginx:1.25 --port=80 --expose"),
        ("A pod that runs for an hour", "run tools --image=busybox:1.36 --command -- sleep 3600"),
        ("A pod that is not restarted", "run job --image=busybox:1.36 --restart=Never -- sh -c 'sleep 2'"),
        (
            "One request from inside, and nothing is left behind",
            "run tmp --image=busybox:1.36 --rm -it --restart=Never -- env",
        ),
        ("Environment variables and labels", "run web --image=nginx:1.25 --env=MODE=fast --labels=app=web,tier=front"),
        ("A manifest to begin with", "run web --image=nginx:1.25 --dry-run=client -o yaml"),
        ("More than there are flags for", """run web --image=nginx --overrides='{"spec": {"nodeName": "node01"}}'"""),
    ),
    run=run,
)
