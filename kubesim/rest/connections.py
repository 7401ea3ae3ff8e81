"""Connections to pods: exec, attach and portforward, up to the moment when they are upgraded.

Mirrors ConnectResource, and pkg/registry/core/pod/strategy.go (streamLocation, PortForwardLocation).
"""

from __future__ import annotations

from kubesim import errors
from kubesim.rest.request import UPGRADE
from kubesim.rest.statuses import method_not_allowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj
    from kubesim.rest.call import Call
    from kubesim.rest.request import Answer

#: Subresources that are connections, each with the kind of its options.
CONNECTIONS = {"exec": "PodExecOptions", "attach": "PodAttachOptions", "portforward": "PodPortForwardOptions"}


def connected(call: Call) -> Answer:
    """That the connection may be upgraded; StatusError where it may not, or where nobody asks for that."""
    client, request = call.client, call.request
    if call.info.verb not in ("get", "create"):
        raise method_not_allowed()
    client.connect({"metadata": {"namespace": call.namespace, "name": call.name}}, call.subresource, _options(call))
    pod = client.get("Pod", call.namespace, call.name)
    if call.subresource != "portforward":
        container_of(call, pod)
    node = pod["spec"].get("nodeName")
    if not node:
        raise errors.bad_request(f"pod {call.name} does not have a host assigned")
    if client.find("Node", "", node) is None:
        raise errors.not_found("pods", "", node)  # so upstream names it, by the resource that was asked for
    if "upgrade" not in request.header("connection").lower():
        raise errors.bad_request("Upgrade request required")
    return UPGRADE


def _options(call: Call) -> Obj:
    """What a client asks for beside the connection, as admission sees it."""
    request = call.request
    kind = CONNECTIONS[call.subresource]
    options: Obj = {"apiVersion": "v1", "kind": kind}
    if call.subresource == "portforward":
        ports = [int(port) for port in request.parameters("ports") if port.isdecimal()]
        return {**options, **({"ports": ports} if ports else {})}
    options |= {name: True for name in ("stdin", "stdout", "stderr", "tty") if request.flag(name)}
    if request.parameter("container"):
        options["container"] = request.parameter("container")
    if call.subresource == "exec":
        options["command"] = request.parameters("command")
    return options


def container_of(call: Call, pod: Obj) -> str:
    """The container that is meant: the only one, where none is named. Mirrors validateContainer."""
    asked = call.request.parameter("container")
    sorts = ("initContainers", "containers", "ephemeralContainers")
    every = [str(container["name"]) for sort in sorts for container in pod["spec"].get(sort) or ()]
    if asked and asked not in every:
        raise errors.bad_request(f"container {asked} is not valid for pod {call.name}")
    own = pod["spec"]["containers"]
    if not asked and len(own) > 1:
        choice = f"choose one of: [{' '.join(every)}]"
        raise errors.bad_request(f"a container name must be specified for pod {call.name}, {choice}")
    return asked or str(own[0]["name"])
