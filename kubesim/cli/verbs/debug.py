"""``kubesim debug``: refused, once the command line is sound. Mirrors kubectl pkg/cmd/debug/debug.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.support.not_simulated import NOTHING_RUNS, refuse, require_pod
from kubesim.errors import UserError
from kubesim.golang.quoting import quote

PROFILES = ("legacy", "general", "baseline", "netadmin", "restricted", "sysadmin")
_NO_PROCESSES = (
    "If you don't see processes from this container it may be because the container runtime doesn't support this "
    "feature."
)
PULL_POLICIES = ("", "Always", "IfNotPresent", "Never")


def run(inv: Invocation) -> None:
    _validate(inv)
    if inv.args:
        require_pod(inv, inv.args[:1])
    raise refuse(inv, NOTHING_RUNS)


def _validate(inv: Invocation) -> None:
    """The first combination of flags that makes no sense. Mirrors DebugOptions.Validate."""
    copies, image, target = bool(inv.flag("copy-to")), str(inv.flag("image")), str(inv.flag("target"))
    policy = str(inv.flag("image-pull-policy"))
    _refuse_first(
        (str(inv.flag("profile")) not in PROFILES, f"unknown profile: {inv.flag('profile')}"),
        (
            copies and not any((image, inv.flag("set-image"), inv.args[1:])),
            "you must specify --image, --set-image or command arguments.",
        ),
        (not copies and inv.flag("replace"), "--replace may only be used with --copy-to."),
        (not copies and inv.flag("same-node"), "--same-node may only be used with --copy-to."),
        (not copies and inv.flag("set-image"), "--set-image may only be used with --copy-to."),
        (not copies and not image, "you must specify --image when not using --copy-to."),
        (not inv.args and not inv.flag("filename"), "NAME or filename is required for debug"),
        (policy not in PULL_POLICIES, f"invalid image pull policy: {policy}"),
        (copies and target, "--target is incompatible with --copy-to. Use --share-processes instead."),
    )
    if target and not inv.flag("quiet"):
        inv.out.write(f"Targeting container {quote(target)}. {_NO_PROCESSES}\n")
    _refuse_first(
        (inv.flag("tty") and not inv.flag("stdin"), "-i/--stdin is required for containers with -t/--tty=true"),
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
    flags=(
        Flag("arguments-only", type=bool, help="What is behind -- are arguments, not the command."),
        Flag("attach", type=bool, help="Join the container once it runs."),
        Flag("container", "c", help="The name of the container that is added."),
        Flag("copy-to", help="Debug a copy of the pod of this name."),
        Flag("custom", help="A file with more of the container."),
        Flag("env", type="array", help="Environment variables: NAME=VALUE."),
        Flag("filename", "f", "strings", help="Files, folders or URLs that name the object."),
        Flag("image", help="The image of the container that is added."),
        Flag("image-pull-policy", help="When to pull it."),
        Flag("keep-annotations", type=bool, help="The copy keeps the pod's annotations."),
        Flag("keep-init-containers", type=bool, default=True, help="The copy keeps the init containers."),
        Flag("keep-labels", type=bool, help="The copy keeps the pod's labels."),
        Flag("keep-liveness", type=bool, help="The copy keeps the liveness probes."),
        Flag("keep-readiness", type=bool, help="The copy keeps the readiness probes."),
        Flag("keep-startup", type=bool, help="The copy keeps the startup probes."),
        Flag("profile", default="general", help="What the container may do.", choices=PROFILES),
        Flag("quiet", "q", type=bool, help="Print less."),
        Flag("replace", type=bool, help="With --copy-to, delete the original."),
        Flag("same-node", type=bool, help="With --copy-to, on the same node."),
        Flag("set-image", type="map", help="With --copy-to, other images: NAME=IMAGE."),
        Flag("share-processes", type=bool, default=True, help="With --copy-to, containers see each other's processes."),
        Flag("stdin", "i", type=bool, help="Keep standard input open."),
        Flag("target", help="The container whose processes to see."),
        Flag("tty", "t", type=bool, help="Ask for a terminal."),
    ),
    run=run,
)
