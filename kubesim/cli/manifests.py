"""Manifests: what ``-f`` names, read and checked as kubectl does before it asks a server.

Mirrors cli-runtime pkg/resource (Builder.Path, StreamVisitor, mapper).
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from kubesim import kinds
from kubesim.api.meta import Obj, dig
from kubesim.errors import UserError
from kubesim.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubesim.kinds import Names

EXTENSIONS = (".json", ".yaml", ".yml")
TURN_OFF = "if you choose to ignore these errors, turn validation off with --validate=false"


class Manifest(NamedTuple):
    """One object of a file: ``source`` is what messages call the file."""

    names: Names
    obj: Obj
    source: str

    @property
    def name(self) -> str:
        return str(dig(self.obj, "metadata", "name", default=""))

    @property
    def namespace(self) -> str:
        return str(dig(self.obj, "metadata", "namespace", default=""))


class Files(NamedTuple):
    """What ``-f`` and ``-R`` ask for, and the namespace that objects without one get.

    An empty namespace gives objects none: they are not to leave the command line.
    ``enforce`` is set where the namespace was asked for by a flag: an object of another one is refused.
    """

    filenames: Sequence[str]
    recursive: bool = False
    namespace: str = "default"
    enforce: bool = False
    validate: bool = False

    def read(self) -> Iterator[Manifest | UserError]:
        """The objects in order; a file that cannot be read to its end gives what it has and then its error.

        UserError if a path is not there, or none of the files in a folder is a manifest.
        """
        paths = [path for name in self.filenames for path in self._expand(name)]
        if not paths:
            shown = " ".join(self.filenames)
            raise UserError(f"error reading [{shown}]: recognized file extensions are [{' '.join(EXTENSIONS)}]")
        return (found for path in paths for found in self._read_one(path))

    def _expand(self, name: str) -> list[str]:
        """A path, or the manifests in a folder, in the order of their names."""
        if name == "-":
            return [name]
        if name.startswith(("http://", "https://")):
            raise UserError(
                f"unable to read URL {_quoted(name)}: kubesim works without a network; download the file first"
            )
        if not os.path.exists(name):
            matches = _matches(name)
            if not matches:
                raise UserError(f"the path {_quoted(name)} does not exist")
            return [path for match in matches for path in self._expand(match)]
        return _manifests_in(name, recursive=self.recursive) if os.path.isdir(name) else [name]

    def _read_one(self, path: str) -> Iterator[Manifest | UserError]:
        return self.read_text(_text_of(path), "STDIN" if path == "-" else path)

    def read_text(self, text: str, source: str) -> Iterator[Manifest | UserError]:
        """The objects of a text; ``source`` is what messages call it."""
        from kubesim.api.yaml import load_documents

        documents = load_documents(text, source)
        while True:
            try:
                document = next(documents)
            except StopIteration:
                return
            except UserError as error:
                yield UserError(f"error parsing {source}: {error.message}")
                return
            try:
                yield from self._manifests(document, source)
            except UserError as error:
                yield error
                if not isinstance(error, UnreadableError):
                    return

    def _manifests(self, document: Any, source: str) -> Iterator[Manifest | UserError]:
        """The objects of one document: a list's items one by one."""
        if document is None:
            return
        self._check(document, source)
        if isinstance(document.get("items"), list) and document["kind"].endswith("List"):
            for item in document["items"]:
                yield from self._manifests(item, source)
            return
        _check_metadata(document, source)
        names = _mapping(document, source)
        yield Manifest(names, self._placed(names, document), source)

    def _check(self, document: Any, source: str) -> None:
        """UserError for a document that is no object, or does not say what it is.

        Where validation is asked for, kubectl's own schema check says it, and else its decoder.
        """
        if not isinstance(document, dict):
            wrong = "invalid object to validate"
        elif not isinstance(document.get("kind"), str) or not document["kind"]:
            wrong = "kind not set"
        elif not isinstance(document.get("apiVersion"), str) or not document["apiVersion"]:
            wrong = "apiVersion not set"
        else:
            return
        if self.validate:
            raise UserError(f"error validating {_quoted(source)}: error validating data: {wrong}; {TURN_OFF}")
        from kubesim.api.custom_types import kind_of
        from kubesim.api.gojson import dumps

        field = "apiVersion" if wrong.startswith("api") else "Kind"
        if not isinstance(document, dict):
            wrong = f"json: cannot unmarshal {kind_of(document)} into Go value of type unstructured.detector"
            raise _undecodable(source, wrong)
        raise _undecodable(source, f"Object '{field}' is missing in '{dumps(document)}'")

    def _placed(self, names: Names, obj: Obj) -> Obj:
        """The object in its namespace."""
        meta = dict(dig(obj, "metadata", default={}))
        if not names.namespaced:
            meta.pop("namespace", None)
            return {**obj, "metadata": meta}
        given = meta.get("namespace")
        if given and self.enforce and given != self.namespace:
            raise UserError(
                f"the namespace from the provided object {_quoted(given)} does not match the namespace "
                f"{_quoted(self.namespace)}. You must pass '--namespace={given}' to perform this operation."
            )
        if given or self.namespace:
            meta["namespace"] = given or self.namespace
        return {**obj, "metadata": meta}


class UnreadableError(UserError):
    """An object that cannot be taken for one of any kind; the documents after it are read on."""


def _undecodable(source: str, why: str) -> UnreadableError:
    return UnreadableError(f"unable to decode {_quoted(source)}: {why}")


def _check_metadata(obj: Obj, source: str) -> None:
    """Refuse metadata that accessors would cut short in silence. Mirrors metadataValidatingDecoder."""
    from kubesim.api.decode import DecodeError, check_metadata

    try:
        check_metadata(obj)
    except DecodeError as error:
        raise _undecodable(source, str(error)) from error


def _mapping(obj: Obj, source: str) -> Names:
    names = kinds.names_for(obj["apiVersion"], obj["kind"])
    if names is None:
        name, namespace = dig(obj, "metadata", "name", default=""), dig(obj, "metadata", "namespace", default="")
        raise UnreadableError(
            f"resource mapping not found for name: {_quoted(name)} namespace: {_quoted(namespace)} from "
            f"{_quoted(source)}: no matches for kind {_quoted(obj['kind'])} in version {_quoted(obj['apiVersion'])}\n"
            "ensure CRDs are installed first"
        )
    return names


def _matches(pattern: str) -> list[str]:
    """The files that a pattern such as ``*.yml`` names, where the shell left it to us."""
    if not any(character in pattern for character in "*?["):
        return []
    from glob import glob

    return sorted(glob(pattern))


def _manifests_in(folder: str, *, recursive: bool) -> list[str]:
    """The manifests of a folder in lexical order, as filepath.Walk meets them."""
    found: list[str] = []
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.isdir(path):
            found += _manifests_in(path, recursive=True) if recursive else []
        elif name.endswith(EXTENSIONS):
            found.append(path)
    return found


def _text_of(path: str) -> str:
    try:
        if path == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
        with open(path, encoding="utf-8-sig", errors="replace") as file:
            return file.read()
    except OSError as error:
        raise UserError(f"open {path}: {(error.strerror or str(error)).lower()}") from error


def _quoted(text: object) -> str:
    from kubesim.api.gojson import dumps

    return dumps(str(text), escape_html=False)
