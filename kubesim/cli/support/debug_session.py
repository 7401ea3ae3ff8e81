"""What ``debug`` makes: an ephemeral container, a copy of a pod, or a pod on a node; and how it attaches to it.

Mirrors kubectl pkg/cmd/debug/debug.go.
"""

from __future__ import annotations

from kubesim.api.meta import Key, Obj, copy_of, dig, key_of
from kubesim.cli.support.attached_run import ends_unseen
from kubesim.cli.support.attachment import AttachOptions, CannotAttachError, attach, write_log
from kubesim.cli.support.debug_profiles import COPY, EPHEMERAL, NODE, Keep, apply_profile
from kubesim.cluster import subresources
from kubesim.errors import UserError, not_found
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubesim.cli.command import Invocation
    from kubesim.cluster import Client
    from kubesim.life.follower import Follower

ROOTLESS = (
    "Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile "
    'may not work. Please consider using "--custom" with a custom profile that specifies '
    '"securityContext.runAsUser: 0".'
)


class Wish(NamedTuple):
    """What the flags ask for. ``command``: what stands behind ``--``, arguments where ``is_arguments``.

    ``custom``: more of the container, None without such a file.  ``shares``: whether the containers of a copy see each
    other's processes, None where nothing is said.
    """

    image: str
    command: Sequence[str]
    is_arguments: bool
    container: str
    environment: Sequence[Obj]
    pull_policy: str
    profile: str
    stdin: bool
    tty: bool
    quiet: bool
    target: str = ""
    copy_to: str = ""
    replaces: bool = False
    same_node: bool = False
    images: Mapping[str, str] = {}
    shares: bool | None = None
    keep: Keep = Keep()
    custom: Obj | None = None


class Target(NamedTuple):
    """What is attached to."""

    key: Key
    container: str


class Debugger:
    """Makes what is to be attached to."""

    def __init__(self, inv: Invocation, client: Client, wish: Wish, namespace: str) -> None:
        self._inv = inv
        self._client = client
        self._wish = wish
        self._namespace = namespace

    def make(self, obj: Obj) -> Target:
        """By what kind of object is to be debugged; UserError for one that cannot be."""
        if obj["kind"] == "Node":
            return self._on_node(obj)
        if obj["kind"] != "Pod":
            group, _, version = obj["apiVersion"].rpartition("/")
            raise UserError(f'"{group}/{version}, Kind={obj["kind"]}" not supported by debug')
        return self._copy(obj) if self._wish.copy_to else self._beside(obj)

    def _say(self, text: str) -> None:
        if not self._wish.quiet:
            self._inv.out.write(f"{text}\n")

    def _finish(self, pod: Obj, style: str, name: str) -> None:
        """Apply the profile, and what a file says of the container."""
        apply_profile(self._wish.profile, style, pod, name, self._wish.keep)
        if self._wish.custom is not None:
            from kubesim.api.patch import strategic_merge
            from kubesim.api.schema import type_of

            pod_type = type_of("v1", "Pod")
            for sort in ("containers", "ephemeralContainers"):
                if name in [container["name"] for container in pod["spec"].get(sort) or ()]:
                    patch = {"spec": {sort: [{**self._wish.custom, "name": name}]}}
                    pod["spec"] = strategic_merge(pod, patch, pod_type)["spec"]
        if style != NODE:
            self._warn_of_user(pod, name)

    def _warn_of_user(self, pod: Obj, name: str) -> None:
        """Mirrors displayWarning."""
        containers = [*pod["spec"]["containers"], *(pod["spec"].get("ephemeralContainers") or ())]
        context = next((c.get("securityContext") or {} for c in containers if c["name"] == name), {})
        gains = context.get("privileged") or dig(context, "capabilities", "add")
        if dig(pod, "spec", "securityContext", "runAsUser") and context.get("runAsUser") != 0 and gains:
            self._inv.err.write(f"{ROOTLESS}\n")

    def _new_container(self, name: str) -> Obj:
        wish = self._wish
        parts = {
            "name": name,
            "image": wish.image,
            "args" if wish.is_arguments else "command": list(wish.command),
            "env": list(wish.environment),
            "imagePullPolicy": wish.pull_policy,
            "stdin": wish.stdin,
            "terminationMessagePolicy": "File",
            "tty": wish.tty,
        }
        return {field: value for field, value in parts.items() if value or field == "name"}

    def _name(self, pod: Obj) -> str:
        """The container's name. Mirrors computeDebugContainerName."""
        if self._wish.container:
            return self._wish.container
        taken, name = _names(pod), ""
        while not name or name in taken:
            name = f"debugger-{self._client.random_suffix()}"
        self._say(f"Defaulting debug container name to {name}.")
        return name

    def _beside(self, pod: Obj) -> Target:
        """Mirrors debugByEphemeralContainer."""
        name, changed = self._name(pod), copy_of(pod)
        container = self._new_container(name)
        if self._wish.target:
            container["targetContainerName"] = self._wish.target
        changed["spec"]["ephemeralContainers"] = [*(changed["spec"].get("ephemeralContainers") or ()), container]
        self._finish(changed, EPHEMERAL, name)
        names = self._client.kinds.names_of("Pod")
        key = key_of(pod)
        subresources.update(self._client, names, key.namespace, key.name, subresources.EPHEMERAL_CONTAINERS, changed)
        return Target(key, name)

    def _on_node(self, node: Obj) -> Target:
        """Mirrors generateNodeDebugPod."""
        name, node_name = self._wish.container or "debugger", node["metadata"]["name"]
        pod_name = f"node-debugger-{node_name}-{self._client.random_suffix()}"
        self._say(f"Creating debugging pod {pod_name} with container {name} on node {node_name}.")
        labels = {"app.kubernetes.io/managed-by": "kubectl-debug"}
        pod: Obj = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"labels": labels, "name": pod_name, "namespace": self._namespace},
            "spec": {
                "containers": [self._new_container(name)],
                "nodeName": node_name,
                "restartPolicy": "Never",
                "tolerations": [{"operator": "Exists"}],
            },
        }
        self._finish(pod, NODE, name)
        return Target(key_of(self._client.create(pod)), name)

    def _copy(self, pod: Obj) -> Target:
        """Mirrors debugByCopy."""
        wish, meta = self._wish, pod["metadata"]
        made = {"name": wish.copy_to, "namespace": meta["namespace"]}
        made |= {field: copy_of(meta[field]) for field in ("annotations", "labels") if field in meta}
        copied: Obj = {"apiVersion": "v1", "kind": "Pod", "metadata": made, "spec": copy_of(pod["spec"])}
        spec = copied["spec"]
        spec.pop("ephemeralContainers", None)
        if wish.shares is not None:
            spec["shareProcessNamespace"] = wish.shares
        if not wish.same_node:
            spec.pop("nodeName", None)
        for container in spec["containers"]:
            container["image"] = wish.images.get(container["name"], wish.images.get("*", container["image"]))
        name = self._changed_container(copied)
        self._client.create(copied)
        if wish.replaces:
            self._client.delete(*key_of(pod), grace=0)
        return Target(key_of(copied), name)

    def _changed_container(self, copied: Obj) -> str:
        """Add a container, or change one, as the flags say; its name, empty if only images are others.

        Mirrors generatePodCopyWithDebugContainer.
        """
        wish, spec = self._wish, copied["spec"]
        name = wish.container
        if name not in _names(copied):
            if not wish.image:
                if wish.images:
                    return ""
                raise UserError("you must specify image when creating new container")
            name = name or self._name(copied)
            spec["containers"].append({"name": name, "terminationMessagePolicy": "File"})
        every = [*spec["containers"], *(spec.get("initContainers") or ())]
        container = next(found for found in every if found["name"] == name)
        new = self._new_container(name)
        if wish.command and not wish.is_arguments:
            container.pop("args", None)
        for field in ("stdin", "tty"):
            container.pop(field, None)
        container |= {field: value for field, value in new.items() if field != "terminationMessagePolicy"}
        self._finish(copied, COPY, name)
        return name


def _names(pod: Obj) -> set[str]:
    sorts = ("containers", "initContainers", "ephemeralContainers")
    return {container["name"] for sort in sorts for container in pod["spec"].get(sort) or ()}


def attach_to(inv: Invocation, follower: Follower, target: Target, options: AttachOptions) -> None:
    """Wait until the container runs or has ended, and attach to it, or print its log. Mirrors handleAttachPod."""
    pod, state = _awaited(inv, follower, target, quiet=options.quiet)
    if "terminated" not in state and ends_unseen(follower, pod, target.container):
        pod, state = _awaited(inv, follower, target, quiet=options.quiet, is_over=True)
    if "terminated" in state:
        write_log(inv, follower, pod, target.container)
        return
    try:
        attach(inv, follower, pod, options)
    except CannotAttachError as error:
        failed = f"couldn't attach to pod/{target.key.name}, falling back to streaming logs"
        inv.err.write(f"warning: {failed}: {error.message}\n")
        write_log(inv, follower, pod, target.container)


def _awaited(
    inv: Invocation, follower: Follower, target: Target, *, quiet: bool, is_over: bool = False
) -> tuple[Obj, Obj]:
    """The pod and the container's state, once it runs or, if ``is_over``, has ended. Mirrors waitForContainer."""
    for pod in follower.versions(target.key):
        if pod is None:
            break
        status = _status_of(pod, target.container)
        state, last = status.get("state") or {}, status.get("lastState") or {}
        if is_over and "terminated" in last:
            return pod, last
        if "terminated" in state or ("running" in state and not is_over):
            return pod, state
        message = dig(state, "waiting", "message")
        if message and not quiet:
            inv.err.write(f"Warning: container {target.container}: {message}\n")
    raise not_found("pods", "", target.key.name)


def _status_of(pod: Obj, container: str) -> Obj:
    sorts = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
    statuses = (one for sort in sorts for one in dig(pod, "status", sort, default=()))
    return next((one for one in statuses if one["name"] == container), {})
