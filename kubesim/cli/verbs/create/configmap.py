"""``kubesim create configmap``. Mirrors kubectl pkg/cmd/create/create_configmap.go."""

from __future__ import annotations

from itertools import chain

from kubesim.api import names
from kubesim.cli.command import Command, Invocation
from kubesim.cli.verbs.create import sources
from kubesim.cli.verbs.create.creation import CreateOptions, Creation, name_argument, new_object, require_name
from kubesim.errors import UserError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.api.meta import Obj


def run(inv: Invocation, *, options: CreateOptions, source: sources.SourceOptions) -> None:
    name = name_argument(inv)
    creation = Creation(inv, options, "failed to create configmap:")
    require_name(name)
    sources.refuse_mixture(source)
    creation.create(_config_map(name, source))


def _config_map(name: str, source: sources.SourceOptions) -> Obj:
    """The config map: text goes into ``data``, anything else into ``binaryData``."""
    from base64 import b64encode

    parts: dict[str, dict[str, str]] = {"data": {}, "binaryData": {}}
    for key, value in chain(
        sources.files(source.from_file),
        sources.literals(source.from_literal),
        sources.env_files(source.from_env_file, "config"),
    ):
        _check_new(name, key, parts)
        try:
            parts["data"][key] = value.decode()
        except UnicodeDecodeError:
            parts["binaryData"][key] = b64encode(value).decode()
    filled = {field: part for field, part in parts.items() if part}
    if source.append_hash:
        from kubesim.cli.verbs.create.name_hash import with_hash

        name = with_hash(name, {"kind": "ConfigMap", "data": {}, **filled})
    return new_object("ConfigMap", name, **filled)


def _check_new(name: str, key: str, parts: dict[str, dict[str, str]]) -> None:
    """UserError for a key that is not valid, and for one that was given before."""
    if wrong := names.is_config_map_key(key):
        raise UserError(f'"{key}" is not a valid key name for a ConfigMap: {",".join(wrong)}')
    for field, part in parts.items():
        if key in part:
            shown = field[0].upper() + field[1:]
            already = f'another key by that name already exists in {shown} for ConfigMap "{name}"'
            raise UserError(f'cannot add key "{key}", {already}')


COMMAND = Command(
    name="configmap",
    use="create configmap NAME [--from-file=[key=]source] [--from-literal=key1=value1] [--dry-run=server|client|none]",
    short="Create a config map from a local file, directory or literal value",
    long=(
        "Create a config map of values, files and folders, any number of each.\n\n"
        "A file's key is its name unless KEY=PATH gives another. Of a folder, the regular files right in it are taken; "
        "other folders, links and devices are not. What is no text in UTF-8 becomes binary data."
    ),
    examples=(
        ("Two values", "create configmap settings --from-literal=mode=fast --from-literal=level=2"),
        ("A file under its own name", "create configmap settings --from-file=app.properties"),
        ("A file under another name", "create configmap settings --from-file=config=app.properties"),
        ("The files of a folder", "create configmap settings --from-file=conf/"),
        ("The variables of an environment file", "create configmap settings --from-env-file=app.env"),
        ("A name that follows from the content", "create configmap settings --from-literal=a=b --append-hash"),
    ),
    run=run,
)
