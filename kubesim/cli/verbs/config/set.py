"""``kubesim config set``. Mirrors kubectl pkg/cmd/config/set.go."""

from __future__ import annotations

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.config.config_access import changing, unexpected_args
from kubesim.cli.verbs.config.properties import set_property
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    set_raw_bytes: Annotated[bool, Option(help="Take a binary value as it is, not in base64.")] = False,
) -> None:
    if len(inv.args) != 2:
        raise unexpected_args(inv)
    path, text = inv.args
    if not text:
        raise UserError("you cannot use set to unset a property")
    if not path:
        raise UserError("you must specify a property")
    with changing(inv) as config:
        set_property(config, path, text, raw_bytes=set_raw_bytes)
        inv.out.write(f'Property "{path}" set.\n')


COMMAND = Command(
    name="set",
    use="config set PROPERTY_NAME PROPERTY_VALUE",
    short="Set an individual value of the configuration",
    long=(
        "Set one value. PROPERTY_NAME is a path whose parts are field names or names of clusters, users and contexts; "
        "binary values are given in base64 unless --set-raw-bytes is there."
    ),
    examples=(
        ("The namespace of a context", "config set contexts.kubernetes-admin@kubernetes.namespace kube-system"),
        ("The address of a cluster", "config set clusters.kubernetes.server https://172.30.1.9:6443"),
    ),
    run=run,
)
