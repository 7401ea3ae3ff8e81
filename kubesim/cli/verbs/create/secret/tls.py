"""``kubesim create secret tls``. Mirrors kubectl pkg/cmd/create/create_secret_tls.go."""

from __future__ import annotations

from kubesim.api.well_known import SECRET_TYPE_TLS
from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument
from kubesim.cli.verbs.create.name_hash import AppendHash
from kubesim.cli.verbs.create.secret.secret_creation import FAILURE, new_secret
from kubesim.errors import UserError


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    append_hash: AppendHash = False,
    cert: Annotated[str, Option(help="The file of the certificate.")] = "",
    key: Annotated[str, Option(help="The file of the private key.")] = "",
) -> None:
    from kubesim.cli.verbs.create.secret.key_pair import check

    name = name_argument(inv)
    creation = Creation(inv, options, FAILURE)
    if not key or not cert:
        raise UserError("key and cert must be specified")
    certificate, private_key = _read(cert), _read(key)
    check(certificate, private_key)
    pairs = (("tls.crt", certificate), ("tls.key", private_key))
    creation.create(new_secret(name, SECRET_TYPE_TLS, pairs, append_hash=append_hash))


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
    run=run,
)
