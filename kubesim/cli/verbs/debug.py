"""``kubesim debug``: a container to look around from. Mirrors kubectl pkg/cmd/debug/debug.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.options import FileOptions
from kubesim.cli.signature import Annotated, Option, OptionGroup, StringMap, StringSlice
from kubesim.cli.support.debug_profiles import PROFILES
from kubesim.cli.support.resource_builder import Request, fetch
from kubesim.cli.support.session import Session
from kubesim.errors import UserError, reason_of
from kubesim.golang.quoting import quote
from kubesim.kinds.pod_spec.image_name import is_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.cli.support.debug_session import Wish

_NO_PROCESSES = (
    "If you don't see processes from this container it may be because the container runtime doesn't support this "
    "feature."
)
LEGACY = (
    "--profile=legacy is deprecated and planned to be removed in v1.39. It is recommended to specify other profile, "
    'for example "--profile=general".'
)
PULL_POLICIES = ("", "Always", "IfNotPresent", "Never")


class DebugOptions(OptionGroup):
    """What the flags say. Mirrors DebugOptions."""

    arguments_only: Annotated[bool, Option(help="What is behind -- are arguments, not the command.")] = False
    attach: Annotated[bool, Option(help="Join the container once it runs.")] = False
    container: Annotated[str, Option("c", help="The name of the container that is added.")] = ""
    copy_to: Annotated[str, Option(help="Debug a copy of the pod of this name.")] = ""
    custom: Annotated[str, Option(help="A file with more of the container.")] = ""
    env: Annotated[StringMap, Option(help="Environment variables: NAME=VALUE.")]
    filename: Annotated[StringSlice, Option("f", help="Files, folders or URLs that name the object.")]
    image: Annotated[str, Option(help="The image of the container that is added.")] = ""
    image_pull_policy: Annotated[str, Option(help="When to pull it.")] = ""
    keep_annotations: Annotated[bool, Option(help="The copy keeps the pod's annotations.")] = False
    keep_init_containers: Annotated[bool, Option(help="The copy keeps the init containers.")] = True
    keep_labels: Annotated[bool, Option(help="The copy keeps the pod's labels.")] = False
    keep_liveness: Annotated[bool, Option(help="The copy keeps the liveness probes.")] = False
    keep_readiness: Annotated[bool, Option(help="The copy keeps the readiness probes.")] = False
    keep_startup: Annotated[bool, Option(help="The copy keeps the startup probes.")] = False
    profile: Annotated[str, Option(help="What the container may do.", choices=PROFILES)] = "general"
    quiet: Annotated[bool, Option("q", help="Print less.")] = False
    replace: Annotated[bool, Option(help="With --copy-to, delete the original.")] = False
    same_node: Annotated[bool, Option(help="With --copy-to, on the same node.")] = False
    set_image: Annotated[StringMap, Option(help="With --copy-to, other images: NAME=IMAGE.")]
    share_processes: Annotated[bool, Option(help="With --copy-to, containers see each other's processes.")] = True
    stdin: Annotated[bool, Option("i", help="Keep standard input open.")] = False
    target: Annotated[str, Option(help="The container whose processes to see.")] = ""
    tty: Annotated[bool, Option("t", help="Ask for a terminal.")] = False


def run(inv: Invocation, *, options: DebugOptions) -> None:
    named, command = _words(inv)
    attaches = options.attach if inv.changed("attach") else options.stdin
    _validate(inv, options, named, command, attaches)
    custom = _custom(options)
    session = Session.of(inv, FileOptions(filename=options.filename))
    from kubesim.cli.support.debug_session import Debugger, attach_to

    wish = _wish(inv, options, command, custom)
    with session.write() as cluster:
        namespace = session.namespace(cluster)
        args = [word if "/" in word else f"pods/{word}" for word in named]
        request = Request(args=args, files=session.files(cluster), namespace=namespace)
        debugger = Debugger(inv, cluster, wish, namespace)
        infos = request.resolve(cluster).infos()
        targets = [debugger.make(fetch(cluster, info.names, info.namespace, info.name)) for info in infos]
    for target in targets if attaches else ():
        if target.container:
            from kubesim.cli.support.attachment import AttachOptions

            attaching = AttachOptions(
                reads=options.stdin, wants_terminal=options.tty, quiet=options.quiet, container=target.container
            )
            with session.follow("Pod") as follower:
                attach_to(inv, follower, target, attaching)


def _words(inv: Invocation) -> tuple[list[str], list[str]]:
    """What is named, and the command behind ``--``."""
    if inv.dash is None or len(inv.args) <= inv.dash:
        return list(inv.args), []
    return list(inv.args[: inv.dash]), list(inv.args[inv.dash :])


def _wish(inv: Invocation, options: DebugOptions, command: list[str], custom: Obj | None) -> Wish:
    from kubesim.cli.support.debug_profiles import Keep
    from kubesim.cli.support.debug_session import Wish

    return Wish(
        image=options.image,
        command=command,
        is_arguments=options.arguments_only,
        container=options.container,
        environment=[{"name": name, "value": value} for name, value in options.env.items()],
        pull_policy=options.image_pull_policy,
        profile=options.profile,
        stdin=options.stdin,
        tty=options.tty,
        quiet=options.quiet,
        target=options.target,
        copy_to=options.copy_to,
        replaces=options.replace,
        same_node=options.same_node,
        images=options.set_image,
        shares=options.share_processes if inv.changed("share-processes") else None,
        keep=Keep(
            options.keep_labels,
            options.keep_annotations,
            options.keep_liveness,
            options.keep_readiness,
            options.keep_startup,
            options.keep_init_containers,
        ),
        custom=custom,
    )


_UNCHANGEABLE = ("name", "command", "image", "lifecycle", "volumeDevices")


def _custom(options: DebugOptions) -> Obj | None:
    """What the file of --custom says of the container; UserError."""
    path = options.custom
    if not path:
        return None
    from kubesim.golang.yaml.reader import YamlError, load_document

    try:
        with open(path, encoding="utf-8") as file:
            found = load_document(file.read())
    except OSError as error:
        why = f"open {path}: {reason_of(error)}"
        raise UserError(f"must pass a container spec json file for custom profile: {why}") from error
    except (YamlError, ValueError) as error:
        raise UserError(f"{path} does not contain a valid container spec: {error}") from error
    if not isinstance(found, dict):
        raise UserError(f"{path} does not contain a valid container spec: it is no object")
    if any(found.get(field) for field in _UNCHANGEABLE):
        raise UserError("name, command, image, lifecycle and volume devices are not modifiable via custom profile")
    return found


def _validate(inv: Invocation, options: DebugOptions, named: list[str], command: list[str], attaches: bool) -> None:
    """The first combination of flags that makes no sense. Mirrors DebugOptions.Complete and Validate."""
    copies, image, target = bool(options.copy_to), options.image, options.target
    policy, container = options.image_pull_policy, options.container
    _refuse_first(
        (options.profile not in PROFILES, f"unknown profile: {options.profile}"),
        (
            attaches and inv.changed("attach") and not image and not container,
            "you must specify --container or create a new container using --image in order to attach.",
        ),
        (
            copies and not any((image, options.set_image, command)),
            "you must specify --image, --set-image or command arguments.",
        ),
        (
            copies and command and not container and not image,
            "you must specify an existing container or a new image when specifying args.",
        ),
        (not copies and options.replace, "--replace may only be used with --copy-to."),
        (not copies and options.same_node, "--same-node may only be used with --copy-to."),
        (not copies and options.set_image, "--set-image may only be used with --copy-to."),
        (not copies and not image, "you must specify --image when not using --copy-to."),
        (image and not is_reference(image), f'invalid image name "{image}": invalid reference format'),
        (not named and not options.filename, "NAME or filename is required for debug"),
        (policy not in PULL_POLICIES, f"invalid image pull policy: {policy}"),
        *(
            (not is_reference(to), f'invalid image name "{to}" for container "{name}": invalid reference format')
            for name, to in options.set_image.items()
        ),
        (copies and target, "--target is incompatible with --copy-to. Use --share-processes instead."),
    )
    if target and not options.quiet:
        inv.out.write(f"Targeting container {quote(target)}. {_NO_PROCESSES}\n")
    _refuse_first((options.tty and not options.stdin, "-i/--stdin is required for containers with -t/--tty=true"))
    if options.profile == "legacy":
        inv.err.write(f"{LEGACY}\n")


def _refuse_first(*rules: tuple[object, str]) -> None:
    for is_broken, message in rules:
        if is_broken:
            raise UserError(message)


COMMAND = Command(
    name="debug",
    use="debug (POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
    short="Create debugging sessions for troubleshooting workloads and nodes",
    long=(
        "Look around from a container that has the tools which the others lack: an ephemeral container that is added "
        "to a running pod, a copy of the pod with another container or other images (--copy-to), or a pod on a node "
        "with the node's files at /host (node/NAME). With -i the command attaches to it.\n\n"
        "A container is a small simulated machine: see exec."
    ),
    examples=(
        ("A shell beside a pod's containers", "debug web -it --image=busybox:1.36"),
        ("One command, as a container that is called look", "debug web -i --image=busybox:1.36 -c look -- env"),
        ("A copy of a pod with another image", "debug web --copy-to=web-debug --set-image='*=busybox:1.36'"),
        ("A copy of a pod whose program is a shell", "debug web -it --copy-to=web-debug --container=app -- sh"),
        ("A pod on a node", "debug node/node01 -it --image=busybox:1.36"),
    ),
    run=run,
)
