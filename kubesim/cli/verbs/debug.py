"""``kubesim debug``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/debug/debug.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, OptionGroup, StringArray, StringMap, StringSlice
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError
from kubesim.golang.quoting import quote

PROFILES = ("legacy", "general", "baseline", "netadmin", "restricted", "sysadmin")
_NO_PROCESSES = (
    "If you don't see processes from this container it may be because the container runtime doesn't support this "
    "feature."
)
PULL_POLICIES = ("", "Always", "IfNotPresent", "Never")


class DebugOptions(OptionGroup):
    """What the flags say. Mirrors DebugOptions."""

    _arguments_only: Annotated[bool, Option(help="What is behind -- are arguments, not the command.")] = False
    _attach: Annotated[bool, Option(help="Join the container once it runs.")] = False
    _container: Annotated[str, Option("c", help="The name of the container that is added.")] = ""
    copy_to: Annotated[str, Option(help="Debug a copy of the pod of this name.")] = ""
    _custom: Annotated[str, Option(help="A file with more of the container.")] = ""
    _env: Annotated[StringArray, Option(help="Environment variables: NAME=VALUE.")]
    filename: Annotated[StringSlice, Option("f", help="Files, folders or URLs that name the object.")]
    image: Annotated[str, Option(help="The image of the container that is added.")] = ""
    image_pull_policy: Annotated[str, Option(help="When to pull it.")] = ""
    _keep_annotations: Annotated[bool, Option(help="The copy keeps the pod's annotations.")] = False
    _keep_init_containers: Annotated[bool, Option(help="The copy keeps the init containers.")] = True
    _keep_labels: Annotated[bool, Option(help="The copy keeps the pod's labels.")] = False
    _keep_liveness: Annotated[bool, Option(help="The copy keeps the liveness probes.")] = False
    _keep_readiness: Annotated[bool, Option(help="The copy keeps the readiness probes.")] = False
    _keep_startup: Annotated[bool, Option(help="The copy keeps the startup probes.")] = False
    profile: Annotated[str, Option(help="What the container may do.", choices=PROFILES)] = "general"
    quiet: Annotated[bool, Option("q", help="Print less.")] = False
    replace: Annotated[bool, Option(help="With --copy-to, delete the original.")] = False
    same_node: Annotated[bool, Option(help="With --copy-to, on the same node.")] = False
    set_image: Annotated[StringMap, Option(help="With --copy-to, other images: NAME=IMAGE.")]
    _share_processes: Annotated[bool, Option(help="With --copy-to, containers see each other's processes.")] = True
    stdin: Annotated[bool, Option("i", help="Keep standard input open.")] = False
    target: Annotated[str, Option(help="The container whose processes to see.")] = ""
    tty: Annotated[bool, Option("t", help="Ask for a terminal.")] = False


def run(inv: Invocation, *, options: DebugOptions) -> None:
    _validate(inv, options)
    if inv.args:
        require_pod(inv, inv.args[:1])
    raise refuse(inv, NOTHING_RUNS)


def _validate(inv: Invocation, options: DebugOptions) -> None:
    """The first combination of flags that makes no sense. Mirrors DebugOptions.Validate."""
    copies, image, target = bool(options.copy_to), options.image, options.target
    policy = options.image_pull_policy
    _refuse_first(
        (options.profile not in PROFILES, f"unknown profile: {options.profile}"),
        (
            copies and not any((image, options.set_image, inv.args[1:])),
            "you must specify --image, --set-image or command arguments.",
        ),
        (not copies and options.replace, "--replace may only be used with --copy-to."),
        (not copies and options.same_node, "--same-node may only be used with --copy-to."),
        (not copies and options.set_image, "--set-image may only be used with --copy-to."),
        (not copies and not image, "you must specify --image when not using --copy-to."),
        (not inv.args and not options.filename, "NAME or filename is required for debug"),
        (policy not in PULL_POLICIES, f"invalid image pull policy: {policy}"),
        (copies and target, "--target is incompatible with --copy-to. Use --share-processes instead."),
    )
    if target and not options.quiet:
        inv.out.write(f"Targeting container {quote(target)}. {_NO_PROCESSES}\n")
    _refuse_first(
        (options.tty and not options.stdin, "-i/--stdin is required for containers with -t/--tty=true"),
    )


def _refuse_first(*rules: tuple[object, str]) -> None:
    for is_broken, message in rules:
        if is_broken:
            raise UserError(message)


COMMAND = Command(
    name="debug",
    use="debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    short="Create debugging sessions for troubleshooting workloads and nodes",
    long=(
        "Debug a pod or a node from a container beside it. Nothing runs inside simulated containers: kubesim refuses, "
        "with status 1."
    ),
    examples=(("Refused in one line", "debug deployment/myapp-deployment -it --image=busybox"),),
    run=run,
)
