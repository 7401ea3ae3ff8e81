"""``kubesim sim addon``: parts of a cluster that not every one has, and whether they run."""

from __future__ import annotations

from kubesim.api.meta import condition_of, key_of, labels_of, with_metadata
from kubesim.cli.command import Command, Invocation
from kubesim.cli.support.session import Session
from kubesim.cluster import CONTROLLER, Client
from kubesim.errors import UserError
from kubesim.examples import INGRESS_NGINX, METRICS_SERVER, components_of
from kubesim.golang.tabwriter import TabWriter
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubesim.api.meta import Obj
    from kubesim.cluster import Cluster


class _Addon(NamedTuple):
    """What an add-on gives, and the Deployment that runs it; ``label``: that of the node on which it has to run."""

    gives: str
    namespace: str
    deployment: str
    label: str = ""


_ADDONS = {
    INGRESS_NGINX: _Addon(
        "answers to requests, by Ingresses of class nginx", "ingress-nginx", "ingress-nginx-controller", "ingress-ready"
    ),
    METRICS_SERVER: _Addon(
        "what pods and nodes use, for top and for HorizontalPodAutoscalers", "kube-system", METRICS_SERVER
    ),
}


def run(inv: Invocation) -> None:
    session = Session.of(inv)
    if not inv.args:
        inv.out.write(_table(session.life().cluster))
        return
    if len(inv.args) != 2 or inv.args[1] not in ("on", "off"):
        raise inv.usage_error('the NAME of an add-on and "on" or "off" are required')
    name, wanted = inv.args
    if name not in _ADDONS:
        raise UserError(f'there is no add-on "{name}"; those that there are: {", ".join(_ADDONS)}')
    with session.writing() as life:
        done = list((_installed if wanted == "on" else _removed)(Client(life.cluster, CONTROLLER), name))
        words = {"on": ("created", "is on already"), "off": ("deleted", "is off already")}[wanted]
        lines = [f"{what} {words[0]}" for what in done] or [f"{name} {words[1]}"]
        inv.out.write("".join(f"{line}\n" for line in lines))


def _table(cluster: Cluster) -> str:
    rows = [["NAME", "STATUS", "WHAT IT GIVES"]]
    rows += [[name, _status(cluster, addon), addon.gives] for name, addon in _ADDONS.items()]
    return "".join(f"{line.rstrip()}\n" for line in TabWriter(6, 3).layout(rows))


def _status(cluster: Cluster, addon: _Addon) -> str:
    deployment = cluster.find("Deployment", addon.namespace, addon.deployment)
    if deployment is None:
        return "off"
    available = condition_of(deployment, "Available")
    runs = available is not None and available["status"] == "True"
    return "running" if runs else "on, not running (yet)"


def _objects(name: str) -> Iterator[Obj]:
    from kubesim.cli.support.manifests import documents_in

    path = components_of(name)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    for document in documents_in(text, path):
        assert isinstance(document.content, dict)
        yield document.content


def _installed(client: Client, name: str) -> Iterator[str]:
    """Create what is not there of an add-on; names each."""
    label = _ADDONS[name].label
    node = client.list("Node")[0]
    if label and label not in labels_of(node):
        client.update(with_metadata(node, labels={**labels_of(node), label: "true"}))
    for obj in _objects(name):
        if client.find(*key_of(obj)) is None:
            client.create(obj)
            yield _told(client, obj)


def _removed(client: Client, name: str) -> Iterator[str]:
    """Delete what is there of an add-on, what was made last first; names each."""
    for obj in reversed([*_objects(name)]):
        if client.find(*key_of(obj)) is not None:
            client.delete(*key_of(obj))
            yield _told(client, obj)


def _told(client: Client, obj: Obj) -> str:
    names = client.kinds.of(obj).names
    group = f".{names.group}" if names.group else ""
    return f"{names.singular}{group}/{obj['metadata']['name']}"


COMMAND = Command(
    name="addon",
    use="sim addon [NAME on|off]",
    short="Add parts to the cluster: metrics-server, ingress-nginx",
    long=(
        "Without arguments, list the add-ons and whether they run. With a name and on or off, install one, as its "
        "own manifest does, or remove it. No cluster has one from the start.\n\n"
        "metrics-server is ready some 20 seconds later. From then on there is an API of metrics, kubesim top shows "
        "what pods and nodes use, and HorizontalPodAutoscalers scale by it. kubesim apply -f of metrics-server's own "
        "components.yaml does the same.\n\n"
        "ingress-nginx is ready some 20 seconds later, in the namespace ingress-nginx, and listens on ports 80 and "
        "443 of the first node, which is labelled ingress-ready. Ingresses of class nginx, or of none, get an address "
        "within a minute; kubesim sim curl -H 'Host: NAME' localhost asks it."
    ),
    examples=(
        ("What there is", "sim addon"),
        ("Let there be metrics", "sim addon metrics-server on"),
        ("Let Ingresses be answered", "sim addon ingress-nginx on"),
    ),
    run=run,
)
