"""Resources out of YAML text. Mirrors api/resource/factory.go and kyaml/kio's ByteReader."""

from __future__ import annotations

import re

from kubesim.errors import UserError
from kubesim.golang.yaml.events import GoYamlError
from kubesim.golang.yaml.v3 import DuplicateKeyError, read_document
from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.nodes import field, is_empty, is_null, plain, text_of
from kubesim.kustomize.resource import Resource

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from kubesim.kustomize.loader import Loader
    from kubesim.kustomize.nodes import Obj


def resources_in_file(loader: Loader, path: str) -> list[Resource]:
    """The resources of a file; BuildError with its name where it is no YAML."""
    text = loader.load_text(path)
    try:
        return resources_in_text(text)
    except BuildError as error:
        if error.is_malformed:
            raise BuildError(f"{error.message} in File: {path}", is_malformed=True) from None
        raise


def resources_in_text(text: str) -> list[Resource]:
    """The resources of YAML documents, lists unfolded, empty documents left out."""
    return [Resource(obj) for obj in _without_lists(_checked(_documents(text)))]


def _documents(text: str) -> list[Any]:
    chunks = _split(text.replace("\r\n", "\n"))
    documents: list[Any] = []
    for index, chunk in enumerate(chunks):
        try:
            document = read_document(chunk if index == len(chunks) - 1 else f"{chunk}\n")
        except DuplicateKeyError as error:
            raise _repeated(chunk, error.key) from None
        except GoYamlError as error:
            raise BuildError(f"MalformedYAMLError: {error}", is_malformed=True) from None
        if is_null(document):
            continue
        kind = text_of(field(document, "kind") or "")
        if len(chunks) == 1 and kind in ("List", "ResourceList") and "items" in document:
            documents += document["items"] if isinstance(document["items"], list) else []
        else:
            documents.append(document)
    return documents


def _repeated(text: str, key: str) -> UserError:
    """The error about a key that comes twice in a map, which upstream notices when it prints the object.

    Lines are counted as go-yaml prints them, without empty ones.
    """
    import yaml

    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("---")]
    pending: list[Any] = [yaml.compose("\n".join(lines), Loader=yaml.SafeLoader)]
    for node in pending:
        if isinstance(node, yaml.SequenceNode):
            pending += node.value
        elif isinstance(node, yaml.MappingNode):
            pending += [value for _, value in node.value]
            places = [name.start_mark.line + 1 for name, _ in node.value if name.value == key]
            if len(places) > 1:
                what = f'line {places[1]}: mapping key "{key}" already defined at line {places[0]}'
                return UserError(f"map[string]interface {{}}(nil): yaml: unmarshal errors:\n  {what}")
    raise AssertionError(f"{key} comes once")


def _split(text: str) -> list[str]:
    """The documents between lines that begin with ``---``."""
    chunks = []
    start = 0
    for separator in re.finditer(r"\n---.*\n", text):
        rest = separator[0][4:].strip()
        if rest and not rest.startswith("#"):
            raise BuildError(f"invalid document separator: {separator[0].strip()}")
        chunks.append(text[start : separator.start()])
        start = separator.end()
    return [*chunks, text[start:]] if text else []


def _checked(documents: list[Any]) -> list[Obj]:
    """The documents that are objects; BuildError for one without a kind or a name. Mirrors dropBadNodes."""
    kept = [document for document in documents if not is_empty(document)]
    for document in kept:
        _check_metadata(document)
    return kept


def _check_metadata(document: Any) -> None:
    version, kind = (text_of(field(document, name) or "") for name in ("apiVersion", "kind"))
    meta = field(document, "metadata") or {}
    if not (version or kind or not is_empty(meta)):
        raise BuildError("missing Resource metadata")
    name, namespace = (text_of(field(meta, part) or "") for part in ("name", "namespace"))
    if not kind or (not name and not kind.endswith("List")):
        maps = [_go_map(field(meta, part)) for part in ("labels", "annotations")]
        shown = f"{{{{{version} {kind}}} {{{{{name} {namespace}}} {maps[0]} {maps[1]}}}}}"
        raise BuildError(f"missing {'metadata.name' if kind else 'kind'} in object {shown}")


def _go_map(texts: Any) -> str:
    pairs = sorted(texts.items()) if isinstance(texts, dict) else []
    shown = [f"{key}:{'' if is_null(value) else text_of(value)}" for key, value in pairs]
    return f"map[{' '.join(shown)}]"


def _without_lists(objects: list[Obj]) -> list[Obj]:
    """The objects with those of lists (``ConfigMapList``) after them. Mirrors inlineAnyEmbeddedLists."""
    result: list[Obj] = []
    queue = list(objects)
    for obj in queue:
        kind = text_of(obj["kind"])
        if not kind.endswith("List") or "items" not in obj:
            result.append(obj)
            continue
        items = obj["items"]
        if is_null(items):
            continue
        if not isinstance(items, list):
            raise BuildError(f"expected array in {kind}/items, but found {_go_type(items)}")
        queue += _checked([plain(item) for item in items])
    return result


def _go_type(node: Any) -> str:
    from kubesim.golang.fmt import type_name

    return type_name(plain(node))
