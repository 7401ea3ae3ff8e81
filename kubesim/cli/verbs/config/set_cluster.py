"""``kubesim config set-cluster``. Mirrors kubectl pkg/cmd/config/set_cluster.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.config.contexts import changing, unexpected_args
from kubesim.cli.verbs.config.files import read_embedded, with_file
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    if len(inv.args) != 1:
        raise unexpected_args(inv)
    name = inv.args[0]
    if not name:
        raise UserError("you must specify a non-empty cluster name")
    if inv.flag("insecure-skip-tls-verify") and inv.flag("certificate-authority"):
        raise UserError("you cannot specify a certificate authority and insecure mode at the same time")
    embedded = read_embedded(inv, "certificate-authority")
    with changing(inv) as config:
        config.clusters[name] = _changed(inv, config.clusters.get(name, {}), embedded)
        inv.out.write(f'Cluster "{name}" set.\n')


def _changed(inv: Invocation, cluster: Obj, embedded: dict[str, str]) -> Obj:
    """The cluster with what the flags say; another address forgets the name in the old one's certificate.

    Mirrors modifyCluster.
    """
    changed = dict(cluster)
    if inv.changed("server"):
        changed.pop("tls-server-name", None)
    for field in ("server", "tls-server-name", "proxy-url"):
        if inv.changed(field):
            changed[field] = str(inv.flag(field))
    if inv.changed("insecure-skip-tls-verify"):
        changed["insecure-skip-tls-verify"] = bool(inv.flag("insecure-skip-tls-verify"))
        if changed["insecure-skip-tls-verify"]:
            changed.pop("certificate-authority", None)
            changed.pop("certificate-authority-data", None)
    if inv.changed("certificate-authority"):
        changed = with_file(inv, changed, "certificate-authority", embedded)
        changed.pop("insecure-skip-tls-verify", None)
    return {field: value for field, value in changed.items() if value}


COMMAND = Command(
    name="set-cluster",
    use=(
        "config set-cluster NAME [--server=server] [--certificate-authority=path/to/certificate/authority] "
        "[--insecure-skip-tls-verify=true] [--tls-server-name=example.com]"
    ),
    short="Set a cluster entry",
    long="Change a cluster of the configuration, or add one. There is no cluster behind it but the simulated one.",
    examples=(("Another address", "config set-cluster kubernetes --server=https://172.30.1.9:6443"),),
    flags=(
        Flag("certificate-authority", help="The file of the certificate authority."),
        Flag("embed-certs", type=bool, help="Keep the certificate itself, not where it is."),
        Flag("insecure-skip-tls-verify", type=bool, help="Do not check the server's certificate."),
        Flag("proxy-url", help="The address of the proxy."),
        Flag("server", help="The address of the API server."),
        Flag("tls-server-name", help="The name that the server's certificate must have."),
    ),
    run=run,
)
