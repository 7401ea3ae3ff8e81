"""``kubesim create configmap``. Mirrors kubectl pkg/cmd/create/create_configmap.go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubesim.cli.command import Command, Invocation
from kubesim.cli.create import sources
from kubesim.cli.create.making import FLAGS, create, name_argument, new_object

if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation) -> None:
    name = name_argument(inv)
    create(inv, lambda cluster: _config_map(name, sources.data_of(inv)), "configmap")


def _config_map(name: str, data: dict[str, bytes]) -> Obj:
    """What is text goes into ``data``, the rest into ``binaryData``."""
    import base64

    texts: dict[str, str] = {}
    binaries: dict[str, str] = {}
    for key, value in data.items():
        try:
            texts[key] = value.decode()
        except UnicodeDecodeError:
            binaries[key] = base64.b64encode(value).decode()
    parts = {"data": texts, "binaryData": binaries}
    return new_object("ConfigMap", name, **{field: part for field, part in parts.items() if part})


COMMAND = Command(
    name="configmap",
    use="create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    short="Create a config map from a local file, directory or literal value",
    long="Create a config map of values, files and folders.",
    examples=(
        ("Two values", "create configmap settings --from-literal=mode=fast --from-literal=level=2"),
        ("A file", "create configmap settings --from-file=app.properties"),
    ),
    flags=(*FLAGS, *sources.FLAGS),
    run=run,
)
