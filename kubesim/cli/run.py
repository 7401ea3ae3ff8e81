"""``kubesim run``: a pod from words. Mirrors kubectl pkg/cmd/run/run.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Flag, Invocation
from kubesim.cli.create.making import FLAGS, create, new_object
from kubesim.errors import UserError

if TYPE_CHECKING:
    from kubesim.api.meta import Obj

RESTART_POLICIES = ("Always", "OnFailure", "Never")
NO_TERMINAL = "kubesim runs nothing that could be attached to: leave out --attach, --stdin, --tty and --rm"


def run(inv: Invocation) -> None:
    if not inv.args:
        raise inv.usage_error("NAME is required for run")
    name = str(inv.args[0])
    if inv.flag("restart") not in RESTART_POLICIES:
        raise UserError(f"invalid restart policy: {inv.flag('restart')}")
    if any(inv.flag(flag) for flag in ("attach", "stdin", "tty", "rm")):
        raise UserError(NO_TERMINAL)
    create(inv, lambda cluster: _pod(inv, name))


def _pod(inv: Invocation, name: str) -> Obj:
    labels = _pairs(inv.flag("labels").split(",")) if inv.flag("labels") else {"run": name}
    spec: Obj = {
        "containers": [_container(inv, name)],
        "dnsPolicy": "ClusterFirst",
        "restartPolicy": str(inv.flag("restart")),
    }
    pod = new_object("Pod", name, labels=labels, spec=spec)
    if inv.flag("annotations"):
        pod["metadata"]["annotations"] = _pairs(inv.flag("annotations"))
    return _overridden(inv, pod)


def _container(inv: Invocation, name: str) -> Obj:
    container: Obj = {"name": name, "image": str(inv.flag("image"))}
    words = list(inv.args[1:])
    if words:
        container["command" if inv.flag("command") else "args"] = words
    if inv.flag("env"):
        container["env"] = [{"name": key, "value": value} for key, value in _pairs(inv.flag("env")).items()]
    if inv.flag("image-pull-policy"):
        container["imagePullPolicy"] = str(inv.flag("image-pull-policy"))
    if inv.flag("port"):
        container["ports"] = [{"containerPort": _port(str(inv.flag("port")))}]
    return container


def _port(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UserError(f'strconv.Atoi: parsing "{text}": invalid syntax') from None


def _pairs(words: list[str]) -> dict[str, str]:
    pairs = {}
    for word in words:
        key, found, value = word.partition("=")
        if not found or not key:
            raise UserError(f"unexpected label spec: {word}" if "=" not in word else f"invalid env: {word}")
        pairs[key] = value
    return pairs


def _overridden(inv: Invocation, pod: Obj) -> Obj:
    """The pod with ``--overrides`` merged in."""
    overrides = str(inv.flag("overrides"))
    if not overrides:
        return pod
    from kubesim.api.patch import json_merge, json_patch, strategic_merge
    from kubesim.api.schema import type_of
    from kubesim.api.yaml import load_document

    body = load_document(overrides)
    kind = str(inv.flag("override-type"))
    if kind == "json":
        patched: Obj = json_patch(pod, body)
    elif kind == "strategic":
        patched = strategic_merge(pod, body, type_of("v1", "Pod"))
    else:
        patched = json_merge(pod, body)
    return patched


COMMAND = Command(
    name="run",
    use='run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json]',
    short="Run a particular image on the cluster",
    long=(
        "Create a pod that runs an image. What stands after -- are the container's arguments, or with --command its "
        "command."
    ),
    examples=(
        ("A pod of nginx", "run web --image=nginx:1.25 --port=80"),
        ("A pod that runs for an hour", "run tools --image=busybox:1.36 --command -- sleep 3600"),
        ("A pod that is not restarted", "run job --image=busybox:1.36 --restart=Never -- sh -c 'sleep 2'"),
    ),
    flags=(
        *FLAGS,
        Flag("annotations", type="array", help="An annotation, key=value; may be repeated."),
        Flag("attach", type=bool, help="Attach to the container; a simulated one has nothing to attach to."),
        Flag("command", type=bool, help="What stands after -- is the command, not its arguments."),
        Flag("env", type="array", help="An environment variable, key=value; may be repeated."),
        Flag("image", required=True, help="The image of the container."),
        Flag("image-pull-policy", help="Always, IfNotPresent or Never."),
        Flag("labels", "l", help="Labels instead of run=NAME: key=value,..."),
        Flag(
            "override-type", default="merge", help="How --overrides is merged.", choices=("json", "merge", "strategic")
        ),
        Flag("overrides", help="JSON that is merged into the pod."),
        Flag("port", help="The port that the container opens."),
        Flag("quiet", "q", type=bool, help="Say less."),
        Flag("restart", default="Always", help="When to restart the container.", choices=RESTART_POLICIES),
        Flag("rm", type=bool, help="Delete the pod after it was attached to."),
        Flag("stdin", "i", type=bool, help="Keep standard input open."),
        Flag("tty", "t", type=bool, help="Give the container a terminal."),
    ),
    run=run,
)
