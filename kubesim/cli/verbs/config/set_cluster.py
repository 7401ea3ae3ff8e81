"""``kubesim config set-cluster``. Mirrors kubectl pkg/cmd/config/set_cluster.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option, OptionGroup
from kubesim.cli.verbs.config.certificate_files import given_paths, read_embedded, with_file
from kubesim.cli.verbs.config.config_access import changing, unexpected_args
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


class SetClusterOptions(OptionGroup):
    """The flags. Mirrors setClusterOptions."""

    certificate_authority: Annotated[str, Option(help="The file of the certificate authority.")] = ""
    embed_certs: Annotated[bool, Option(help="Keep the certificate itself, not where it is.")] = False
    insecure_skip_tls_verify: Annotated[bool, Option(help="Do not check the server's certificate.")] = False
    proxy_url: Annotated[str, Option(help="The address of the proxy.")] = ""
    server: Annotated[str, Option(help="The address of the API server.")] = ""
    tls_server_name: Annotated[str, Option(help="The name that the server's certificate must have.")] = ""


def run(inv: Invocation, *, options: SetClusterOptions) -> None:
    if len(inv.args) != 1:
        raise unexpected_args(inv)
    name = inv.args[0]
    if not name:
        raise UserError("you must specify a non-empty cluster name")
    if options.insecure_skip_tls_verify and options.certificate_authority:
        raise UserError("you cannot specify a certificate authority and insecure mode at the same time")
    paths = given_paths(inv, {"certificate-authority": options.certificate_authority})
    embedded = read_embedded(["certificate-authority"], paths) if options.embed_certs else {}
    with changing(inv) as config:
        config.clusters[name] = _changed(inv, options, config.clusters.get(name, {}), embedded)
        inv.out.write(f'Cluster "{name}" set.\n')


def _changed(inv: Invocation, options: SetClusterOptions, cluster: Obj, embedded: dict[str, str]) -> Obj:
    """The cluster as the flags change it; a new address drops the name in the old server's certificate.

    Mirrors modifyCluster.
    """
    changed = dict(cluster)
    if inv.changed("server"):
        changed.pop("tls-server-name", None)
    addresses = {
        "server": options.server,
        "tls-server-name": options.tls_server_name,
        "proxy-url": options.proxy_url,
    }
    changed.update({field: value for field, value in addresses.items() if inv.changed(field)})
    if inv.changed("insecure-skip-tls-verify"):
        changed["insecure-skip-tls-verify"] = options.insecure_skip_tls_verify
        if options.insecure_skip_tls_verify:
            changed.pop("certificate-authority", None)
            changed.pop("certificate-authority-data", None)
    if inv.changed("certificate-authority"):
        changed = with_file(changed, "certificate-authority", options.certificate_authority, embedded)
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
    run=run,
)
