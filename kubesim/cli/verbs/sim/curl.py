"""``kubesim sim curl``: curl from the host, on which the cluster's addresses can be reached."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.help import print_help
from kubesim.cli.support.session import Session
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.cluster import Cluster


def run(inv: Invocation) -> int:
    from kubesim.cli.support.node_streams import NodeStreams

    words = inv.args
    if words in (["--help"], ["-h"]):
        print_help(inv)
        return 0
    with Session.of(inv).follow("Pod") as follower:
        streams = NodeStreams(
            inv, follower, first_node(follower.cluster), is_terminal=inv.out.isatty() and inv.err.isatty()
        )
        return streams.run(["curl", *words], with_own_files=True)


def first_node(cluster: Cluster) -> str:
    """The node that is meant where none is named; UserError in a cluster without nodes."""
    for node in cluster.list("Node"):
        return str(node["metadata"]["name"])
    raise UserError("the cluster has no node")


COMMAND = Command(
    name="curl",
    use="sim curl [CURL'S OPTIONS] URL...",
    short="Ask a server of the cluster, as curl does on a node",
    long=(
        "Send requests from the host: node ports on every node's address and on localhost, addresses of Services and "
        "pods, the Ingress controller's. What answers is the container that listens there, and its log has the "
        "request. As on a node, names of Services are not found.\n\n"
        "The options, what is printed and the exit status are curl's; files that -o and -d name are your own, and so "
        "is /etc/hosts. What is outside of the cluster is not reached."
    ),
    examples=(
        ("A node port", "sim curl -s localhost:30080"),
        ("Only the status", "sim curl -s -o /dev/null -w '%{http_code}\\n' http://172.30.1.2:30080/"),
        ("Through the Ingress controller", "sim curl -H 'Host: hello.example.com' http://localhost/"),
        ("A host of your own", "sim curl --resolve hello.example.com:80:127.0.0.1 http://hello.example.com/"),
    ),
    run=run,
    is_verbatim=True,
)
