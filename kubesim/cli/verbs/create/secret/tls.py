"""``kubesim create secret tls``. Mirrors kubectl pkg/cmd/create/create_secret_tls.go."""

from __future__ import annotations

from kubesim.api.well_known import SECRET_TYPE_TLS
from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument
from kubesim.cli.verbs.create.secret.secret_creation import APPEND_HASH, FAILURE, new_secret
from kubesim.errors import UserError


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    creation = Creation(inv, inv.group(CreateOptions), FAILURE)
    if not inv.flag("key") or not inv.flag("cert"):
        raise UserError("key and cert must be specified")
    certificate, key = _read(str(inv.flag("cert"))), _read(str(inv.flag("key")))
    from kubesim.cli.verbs.create.secret.key_pair import check

    check(certificate, key)
    pairs = (("tls.crt", certificate), ("tls.key", key))
    creation.create(new_secret(name, SECRET_TYPE_TLS, pairs, append_hash=bool(inv.flag("append-hash"))))


def _read(path: str) -> bytes:
    try:
        return sources.read(path)
    except UserError as error:
        raise UserError(f"Cannot read file {path}, {error}") from error


COMMAND = Command(
    name="tls",
    use="create secret tls NAME --cert=path/to/cert/file --key=path/to/key/file [--dry-run=server|client|none]",
    short="Create a TLS secret",
    long="Create a secret of a certificate and its private key, both in PEM; the two must belong together.",
    examples=(("A certificate and its key", "create secret tls web --cert=tls.crt --key=tls.key"),),
    flags=(
        *FLAGS,
        APPEND_HASH,
        Flag("cert", help="The file of the certificate."),
        Flag("key", help="The file of the private key."),
    ),
    run=run,
)
