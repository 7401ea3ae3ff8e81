"""What a container sees of its node's folders and files."""

from __future__ import annotations

import posixpath

from kubesim.api.meta import Obj, dig
from kubesim.containers.addressing.resolution import node_hosts, node_resolution
from kubesim.containers.evaluation.found import FILE
from kubesim.containers.evaluation.origins import NODE, Mount

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.volume_files import View


def host_mount(view: View, path: str, source: Obj, part: str, *, is_read_only: bool) -> Mount:
    """A node's folder or file, or a ``part`` of it, mounted at a path; what is not there is made for it."""
    from kubesim.containers.image_files.node import files_of_node

    node = view.cluster.find("Node", "", view.pod["spec"].get("nodeName", ""))
    given = () if node is None else given_of(node)
    folder = posixpath.normpath("/" + f"{source['path']}/{part}".strip("/")).rstrip("/")
    found = files_of_node(given).find(folder or "/")
    is_file = found.kind == FILE if found.exists else (source.get("type") or "").startswith("File") and not part
    if is_file:
        return Mount(path, (("", found.content if found.exists else ""),), is_read_only=is_read_only)
    made = (folder,) if found.exists is False else ()
    return Mount(path, is_read_only=is_read_only, image=NODE, folder=folder, given=given, made=made)


def given_of(node: Obj) -> tuple[tuple[str, str], ...]:
    """The files that are a node's own: paths and texts."""
    name = node["metadata"]["name"]
    machine = dig(node, "status", "nodeInfo", "machineID", default="")
    return (
        ("/etc/hostname", f"{name}\n"),
        ("/etc/hosts", node_hosts(node)),
        ("/etc/machine-id", f"{machine}\n"),
        ("/etc/resolv.conf", node_resolution().text),
    )
