"""``kubesim create secret generic``. Mirrors kubectl pkg/cmd/create/create_secret.go."""

from __future__ import annotations

from itertools import chain

from kubesim.cli.command import Command, Invocation
from kubesim.cli.pflag import Flag
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import FLAGS, CreateOptions, Creation, name_argument, require_name
from kubesim.cli.verbs.create.secret.secret_creation import FAILURE, new_secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    creation = Creation(inv, inv.group(CreateOptions), FAILURE)
    require_name(name)
    sources.refuse_mixture(inv)
    creation.create(_secret(inv, name))


def _secret(inv: Invocation, name: str) -> Obj:
    pairs = chain(sources.literals(inv), sources.files(inv.flag("from-file")), sources.env_files(inv, "secret"))
    return new_secret(name, str(inv.flag("type")), pairs, append_hash=bool(inv.flag("append-hash")))


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
    flags=(*FLAGS, *sources.FLAGS, Flag("type", help="The type of the secret; Opaque, if it is left out.")),
    run=run,
)
