"""``kubesim create secret generic``. Mirrors kubectl pkg/cmd/create/create_secret.go."""

from __future__ import annotations

from itertools import chain

from kubesim.cli.command import Command, Invocation
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, require_name
from kubesim.cli.verbs.create.secret.secret_creation import FAILURE, new_secret


def run(
    inv: Invocation,
    *,
    options: CreateOptions,
    source: sources.SourceOptions,
    type_: Annotated[str, Option(help="The type of the secret; Opaque, if it is left out.")] = "",
) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, FAILURE)
    require_name(name)
    sources.refuse_mixture(source)
    pairs = chain(
        sources.literals(source.from_literal),
        sources.files(source.from_file),
        sources.env_files(source.from_env_file, "secret"),
    )
    creation.create(new_secret(name, type_, pairs, append_hash=source.append_hash))


COMMAND = Command(
    name="generic",
    use=(
        "create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1] "
        "[--dry-run=server|client|none]"
    ),
    short="Create a secret from a local file, directory, or literal value",
    long=(
        "Create a secret of values, files and folders, any number of each.\n\n"
        "A file's key is its name unless KEY=PATH gives another. Of a folder, the regular files right in it are taken; "
        "other folders, links and devices are not."
    ),
    examples=(
        ("Two values", "create secret generic login --from-literal=user=admin --from-literal=password=s3cret"),
        ("Files under names of their own", "create secret generic ssh --from-file=ssh-privatekey=id_rsa"),
        ("The variables of an environment file", "create secret generic login --from-env-file=login.env"),
        ("A type of one's own", "create secret generic login --type=example.com/login --from-literal=user=admin"),
    ),
    run=run,
)
