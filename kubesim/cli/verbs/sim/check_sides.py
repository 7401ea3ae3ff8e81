"""The two sides of ``sim check``: their files are read into objects that know on which line they stand."""

from __future__ import annotations

import os
import re
from itertools import pairwise

from kubesim.api.meta import Key, dig, kind_key
from kubesim.cli.support.kustomization import built_documents
from kubesim.cli.support.manifests import Files, Input, NotServedError
from kubesim.errors import UserError
from kubesim.golang.yaml.lines import Lines
from kubesim.startup.named_tuple import NamedTuple
from kubesim.views.check.model import Action, Aspect, Finding, Given, Level, Place, Subject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from kubesim.cli.support.manifests import Document, Manifest
    from kubesim.cluster import Kinds

KUSTOMIZE = "kustomize.config.k8s.io"
_ERROR_LINE = r"yaml: line (\d+)"


class Side(NamedTuple):
    """What the files of one side have: objects, those of kinds that are not Kubernetes' own, and what cannot be taken.

    Of what cannot be taken ``unserved`` are the documents of kinds that are not, or no longer, Kubernetes'.
    """

    given: list[Given]
    unknown: list[Subject]
    unreadable: list[Finding]
    unserved: list[Finding]


class SideReader:
    """Reads sides; ``namespace`` is for objects that name none. Standard input can be read once.

    ``warn`` takes what kustomize says on standard error of a folder that it builds.
    """

    def __init__(
        self,
        kinds: Kinds,
        namespace: str,
        stdin: TextIO,
        warn: Callable[[str], object],
        *,
        recursive: bool,
        enforce: bool,
    ) -> None:
        self._warn = warn
        self._kinds = kinds
        self._namespace = namespace
        self._stdin = stdin
        self._recursive = recursive
        self._enforce = enforce

    def read(self, filenames: Sequence[str]) -> Side:
        """The objects of files and folders, kustomizations built; UserError if one is not there."""
        side = Side([], [], [], [])
        if not filenames:
            return side
        kustomizations = [name for name in filenames if _is_kustomization(name)]
        others = [name for name in filenames if name not in kustomizations]
        taken = Input(others, recursive=self._recursive, stdin=self._stdin)
        files = Files(taken, self._kinds, self._namespace, enforce=self._enforce, validation="Strict")
        built = (built_documents(folder, self._warn) for folder in kustomizations)
        for documents in (*(taken.files() if others else ()), *built):
            lines = Lines(documents[0].text) if documents else Lines("")
            for index, document in enumerate(documents):
                self._take(side, files, document, _locator(document, lines, index))
        return side

    def _take(self, side: Side, files: Files, document: Document, locate: Callable[[str], Place]) -> None:
        """Add the objects of a document to a side."""
        is_list = isinstance(document.content, dict) and isinstance(document.content.get("items"), list)
        for index, found in enumerate(files.of([document])):
            within = _within(locate, f"items[{index}]") if is_list else locate
            if isinstance(found, NotServedError) and self._is_foreign(document):
                side.unknown.append(_unknown(document, within("")))
            elif isinstance(found, NotServedError):
                finding = Finding(Level.ERROR, Aspect.ACCEPTED, "NotServed", found.what, None, within(""))
                side.unserved.append(finding)
            elif isinstance(found, UserError):
                place = _error_place(document, found) or within("")
                side.unreadable.append(Finding(Level.ERROR, Aspect.ACCEPTED, "Unreadable", found.message, None, place))
            else:
                side.given.append(_given(found, within))

    def _is_foreign(self, document: Document) -> bool:
        """Whether the kind is of a group that others may serve; UserError for a kustomization."""
        group = _group(document)
        if group == KUSTOMIZE:
            raise UserError(
                f"{document.source} is a kustomization: name the folder that it is in, and what it comes to is checked"
            )
        return "." in group and all(names.group != group for names in self._kinds.all())


def _is_kustomization(path: str) -> bool:
    """Whether a path is a folder that kustomize builds."""
    from kubesim.kustomize.kustomization import NAMES

    return os.path.isdir(path) and any(os.path.isfile(os.path.join(path, name)) for name in NAMES)


def _group(document: Document) -> str:
    return str(document.content.get("apiVersion", "")).rpartition("/")[0]


def _given(manifest: Manifest, locate: Callable[[str], Place]) -> Given:
    return Given(Key(manifest.names.key, manifest.namespace, manifest.name), manifest.obj, locate)


def _unknown(document: Document, place: Place) -> Subject:
    content = document.content
    namespace, name = (str(dig(content, "metadata", field, default="")) for field in ("namespace", "name"))
    return Subject(Key(kind_key(content["apiVersion"], content["kind"]), namespace, name), place, Action.UNKNOWN)


# places


def _locator(document: Document, lines: Lines, index: int) -> Callable[[str], Place]:
    return lambda path: Place(document.source, lines.line_of(index, path))


def _within(locate: Callable[[str], Place], path: str) -> Callable[[str], Place]:
    return lambda rest: locate(f"{path}.{rest}" if rest else path)


def _error_place(document: Document, error: UserError) -> Place | None:
    """The line that an error of the parser names, which counts from the beginning of a document."""
    found = re.search(_ERROR_LINE, error.message)
    if document.error is None or found is None:
        return None
    return Place(document.source, _start_of_last(document.text, error) + int(found[1]))


def _start_of_last(text: str, error: UserError) -> int:
    """How many lines stand before the document that cannot be read, the first of a text that is like that."""
    from kubesim.golang.yaml.reader import YamlError, load_document

    lines = text.splitlines(keepends=True)
    starts = [0, *(at + 1 for at, line in enumerate(lines) if line.startswith("---")), len(lines)]
    for begin, end in pairwise(starts):
        try:
            load_document("".join(lines[begin:end]).removesuffix("---\n"))
        except YamlError as found:
            if found.message in error.message:
                return begin
    return 0
