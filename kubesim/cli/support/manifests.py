"""Manifests: what ``-f`` names, read and checked as kubectl does before it asks a server.

Mirrors cli-runtime pkg/resource (Builder.Path, StreamVisitor, mapper).
"""

from __future__ import annotations

import os
import sys

from kubesim.api.meta import Obj, dig
from kubesim.cli.support.object_schema import check_schema, is_list, validate
from kubesim.errors import Aggregate, UserError, raise_all, reason_of
from kubesim.golang.quoting import quote
from kubesim.kinds import unserved
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any, TextIO

    from kubesim.cluster import Kinds
    from kubesim.kinds import Names
    from kubesim.kubectl.printers.style import Output

EXTENSIONS = (".json", ".yaml", ".yml")
ITEM_WITHOUT = 'unable to get type info from the object "*unstructured.Unstructured": Object {} is missing in {}'
NO_KIND = ITEM_WITHOUT.format("'Kind'", "'object has no kind field '")
NO_VERSION = ITEM_WITHOUT.format("'apiVersion'", "'object has no apiVersion field'")
NESTED = "*unstructured.Unstructured is not a list: no Items field in this object"


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


class Document(NamedTuple):
    """One document of a file, or why there is none; ``source`` is what messages call the file, ``text`` all of it."""

    source: str
    content: Any = None
    error: UserError | None = None
    text: str = ""


class Input:
    """What ``-f`` and ``-R`` name: read and parsed once, to the end, before anybody opens or locks the cluster.

    ``stdin`` stands for standard input in place of the process's own, which is read in bytes.  ``built`` gives
    what ``-k`` names, in place of all these.
    """

    def __init__(
        self,
        filenames: Sequence[str],
        *,
        recursive: bool = False,
        stdin: TextIO | None = None,
        built: Callable[[], list[Document]] | None = None,
    ) -> None:
        self.filenames = filenames
        self._built = built
        self._recursive = recursive
        self._stdin = stdin
        self._files: list[list[Document]] | None = None
        self._refusal: UserError | Aggregate | None = None

    @property
    def name_one_file(self) -> bool:
        """Whether there is one file, and so perhaps one object. Mirrors the Builder's singleItemImplied."""
        return len(self.filenames) == 1 and os.path.isfile(self.filenames[0])

    def take_in(self) -> None:
        """Read all of it, unless that was done; what is wrong with it is raised by ``files``."""
        if self._files is None and self._refusal is None:
            try:
                paths = [] if self._built else self._paths()
                self._files = [self._built()] if self._built else [self._documents_of(path) for path in paths]
            except (UserError, Aggregate) as error:
                self._refusal = error

    def files(self) -> list[list[Document]]:
        """The documents of each file; one that cannot be read to its end gives what it has and then its error.

        UserError if a path is not there, standard input is named twice, or none of the files in a folder is a
        manifest; Aggregate for several of these.
        """
        self.take_in()
        if self._refusal is not None:
            raise self._refusal
        return self._files or []

    def _paths(self) -> list[str]:
        paths: list[str] = []
        wrong: list[Exception] = []
        for name in self.filenames:
            if name == "-" and "-" in paths:
                wrong.append(UserError("standard input cannot be used for multiple arguments"))
                continue
            try:
                paths += self._expand(name)
            except UserError as error:
                wrong.append(error)
        raise_all(wrong)
        if not paths:
            shown = " ".join(self.filenames)
            raise UserError(f"error reading [{shown}]: recognized file extensions are [{' '.join(EXTENSIONS)}]")
        return paths

    def _expand(self, name: str) -> list[str]:
        """A path, or the manifests in a folder, in the order of their names."""
        if name == "-":
            if sys.stdin is None and self._stdin is None:
                raise UserError("read /dev/stdin: bad file descriptor")
            return [name]
        if _is_address(name):
            return [name]
        if not os.path.exists(name):
            matches = _matches(name)
            if not matches:
                raise UserError(f"the path {quote(name)} does not exist")
            return [path for match in matches for path in self._expand(match)]
        return _manifests_in(name, recursive=self._recursive) if os.path.isdir(name) else [name]

    def _documents_of(self, path: str) -> list[Document]:
        if path == "-" and self._stdin is not None:
            text = self._stdin.read()
        else:
            text = _text_of(_stand_in(path) if _is_address(path) else path)
        return list(documents_in(text, "STDIN" if path == "-" else path))


def _is_address(name: str) -> bool:
    return name.startswith(("http://", "https://"))


def _stand_in(address: str) -> str:
    """The file that ships with kubesim for an address of the documentation; UserError for any other."""
    from kubesim.examples import file_of

    path = file_of(address)
    if path is None:
        raise UserError(
            f"unable to read URL {quote(address)}: kubesim uses no network and has no copy of it; download it "
            f"(curl -LO {address}) and name the file"
        )
    return path


def documents_in(text: str, source: str) -> Iterator[Document]:
    """The documents of a text, and last why it cannot be read on."""
    from kubesim.golang.yaml.reader import load_documents

    try:
        for content in load_documents(text, source):
            yield Document(source, content, text=text)
    except UserError as error:
        yield Document(source, error=UserError(f"error parsing {source}: {error.message}"), text=text)


class Files(NamedTuple):
    """What ``-f`` and ``-R`` ask for, and the namespace that objects without one get.

    An empty namespace gives objects none: they are not to leave the command line.
    ``kinds`` are those that the cluster serves.
    ``enforce`` is set where the namespace was asked for by a flag: an object of another one is refused.
    ``validation`` is what --validate asks for, of verbs that check what they send by kubectl's own idea of a schema;
    ``err`` is where kubectl says that it does not.
    ``local`` objects stay here, and may be of kinds that no cluster serves.
    ``typed`` is for verbs that read objects into types of their own.
    """

    input: Input
    kinds: Kinds
    namespace: str = "default"
    enforce: bool = False
    validation: str = "Ignore"
    local: bool = False
    typed: bool = False
    err: Output | None = None

    def read(self) -> Iterator[Manifest | UserError]:
        """The objects in order. UserError as for ``Input.files``."""
        return (found for documents in self.input.files() for found in self.of(documents))

    def of(self, documents: Iterable[Document]) -> Iterator[Manifest | UserError]:
        """The objects of a file; what comes after a document that is no object at all is left alone."""
        for document in documents:
            try:
                if document.error is not None:
                    raise document.error
                yield from self._manifests(document.content, document.source)
            except UserError as error:
                yield error
                if not isinstance(error, UnreadableError):
                    return

    def _manifests(self, document: Any, source: str) -> Iterator[Manifest | UserError]:
        """The objects of one document: a list's items one by one."""
        if document is None:
            return
        validate(document, source, self.validation, self.kinds, self.err)
        if isinstance(document, dict) and "items" in document and not undecodable(document):
            for item in _items(document, source):
                yield from self._item(document, item, source)
            return
        yield self._manifest(document, source)

    def _manifest(self, document: Any, source: str) -> Manifest:
        """The object of a document that is no list."""
        if wrong := undecodable(document):
            raise _undecodable(source, wrong)
        _check_metadata(document, source)
        if self.typed:
            _check_type(document, source)
        names = _mapping(self.kinds, document, source, local=self.local)
        return Manifest(names, self._placed(names, document), source)

    def _item(self, whole: Obj, item: Any, source: str) -> Iterator[Manifest | UserError]:
        """The objects of a list's item, which may leave it to a list of one kind to say what it is."""
        if self.validation == "Strict" and not is_list(whole):
            check_schema(item, source)
        named = _named_by_list(whole, item)
        if wrong := _unnamed(item if self.typed else named, typed=self.typed):
            yield UnreadableError(wrong, bare=wrong != NESTED)
            return
        try:
            yield self._manifest(named, source)
        except NotServedError as error:
            yield UnreadableError(f"unable to recognize {error.what}", bare=True)
        except UserError as error:
            yield error

    def _placed(self, names: Names, obj: Obj) -> Obj:
        """The object in its namespace."""
        meta = dict(obj.get("metadata") or {})
        if not names.namespaced:
            meta.pop("namespace", None)
            return {**obj, "metadata": meta}
        given = meta.get("namespace")
        if given and self.enforce and given != self.namespace:
            raise UnreadableError(
                f"the namespace from the provided object {quote(str(given))} does not match the namespace "
                f"{quote(self.namespace)}. You must pass '--namespace={given}' to perform this operation."
            )
        if given or self.namespace:
            meta["namespace"] = given or self.namespace
        return {**obj, "metadata": meta}


def _items(document: Obj, source: str) -> list[Obj]:
    """The items of a list; UnreadableError where it has none that are objects."""
    from kubesim.api.custom_types import kind_of

    items = document["items"] or []
    if not isinstance(items, list):
        where = "Go struct field decodeList.items of type []json.RawMessage"
        raise _undecodable(source, f"json: cannot unmarshal {kind_of(items)} into {where}")
    for item in items:
        if not isinstance(item, dict | None):
            where = "Go value of type map[string]interface {}"
            raise _undecodable(source, f"json: cannot unmarshal {kind_of(item)} into {where}")
    return [item or {} for item in items]


def _named_by_list(whole: Obj, item: Obj) -> Obj:
    """An item that says nothing of its type has that of the list. Mirrors decodeToList."""
    if _text_in(item, "kind") or _text_in(item, "apiVersion"):
        return item
    return {**item, "apiVersion": whole.get("apiVersion"), "kind": whole["kind"].removesuffix("List")}


def _unnamed(item: Obj, *, typed: bool) -> str:
    """Why an item is of no type, empty if it is; a list within a list is of none."""
    wrong = "" if _text_in(item, "apiVersion") else "apiVersion"
    wrong = wrong if _text_in(item, "kind") else "Kind"
    if wrong and typed:
        from kubesim.golang.json import dumps

        return f"Object '{wrong}' is missing in '{dumps(item)}'"
    if wrong:
        return NO_KIND if wrong == "Kind" else NO_VERSION
    return NESTED if isinstance(item.get("items"), list) else ""


def _text_in(item: Obj, field: str) -> str:
    value = item.get(field)
    return value if isinstance(value, str) else ""


class UnreadableError(UserError):
    """An object that cannot be taken for one of any kind; the documents after it are read on."""


def _undecodable(source: str, why: str) -> UnreadableError:
    return UnreadableError(f"unable to decode {quote(source)}: {why}")


def _check_metadata(obj: Obj, source: str) -> None:
    """Refuse metadata that accessors would cut short in silence. Mirrors metadataValidatingDecoder."""
    from kubesim.api.decode import DecodeError, check_metadata

    try:
        check_metadata(obj)
    except DecodeError as error:
        raise _undecodable(source, str(error)) from error


def _check_type(obj: Obj, source: str) -> None:
    from kubesim.cli.support.typed_objects import unknown_type

    if unknown := unknown_type(obj):
        raise _undecodable(source, unknown)


class NotServedError(UnreadableError):
    """A kind that no group serves; ``what`` says just that."""

    def __init__(self, what: str, obj: Obj, source: str) -> None:
        name, namespace = dig(obj, "metadata", "name", default=""), dig(obj, "metadata", "namespace", default="")
        super().__init__(
            f"resource mapping not found for name: {quote(str(name))} namespace: {quote(str(namespace))} from "
            f"{quote(source)}: {what}\nensure CRDs are installed first"
        )
        self.what = what


def undecodable(document: Any) -> str:
    """Why a document cannot be read as an object, empty if it can. Mirrors unstructuredJSONScheme."""
    from kubesim.api.custom_types import kind_of

    if not isinstance(document, dict):
        return f"json: cannot unmarshal {kind_of(document)} into Go value of type unstructured.detector"
    version, kind = document.get("apiVersion") or "", document.get("kind")
    if not isinstance(version, str):
        where = "metadataOnlyObject.TypeMeta.apiVersion of type string"
        return f"json: cannot unmarshal {kind_of(version)} into Go struct field {where}"
    if not isinstance(kind, str) or not kind or version.count("/") > 1:
        from kubesim.golang.json import dumps

        return f"Object 'Kind' is missing in '{dumps(document)}'"
    return ""


def _mapping(kinds: Kinds, obj: Obj, source: str, *, local: bool) -> Names:
    version, kind = obj.get("apiVersion") or "", obj["kind"]
    names = kinds.known_to_clients(version, kind) if version else kinds.preferred("", kind)
    if names is None and local:
        return unserved(version, kind)
    if names is None:
        raise NotServedError(f"no matches for kind {quote(str(kind))} in version {quote(str(version))}", obj, source)
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
        path = os.path.normpath(os.path.join(folder, name))
        if os.path.isdir(path):
            found += _manifests_in(path, recursive=True) if recursive else []
        elif name.endswith(EXTENSIONS):
            found.append(path)
    return found


def _text_of(path: str) -> str:
    from kubesim.golang.yaml.encoding import decoded

    try:
        if path == "-":
            return decoded(sys.stdin.buffer.read())
        with open(path, "rb") as file:
            return decoded(file.read())
    except OSError as error:
        raise UserError(f"open {path}: {reason_of(error)}") from error
