"""Objects in a user's editor, again and again until they can be saved.

Mirrors kubectl pkg/cmd/util/editor (editoptions.go, editor.go, launcher_others.go).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from kubesim.cli.command import PROGRAM
from kubesim.cli.signature import Annotated, Option
from kubesim.cli.support.not_simulated import refuse
from kubesim.cli.support.resource_builder import Info
from kubesim.errors import StatusError, UserError
from kubesim.golang.quoting import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from kubesim.api.meta import Obj
    from kubesim.cli.command import Invocation
    from kubesim.cli.support.manifests import Manifest
    from kubesim.cluster import Kinds

    #: Saves what was edited; what is refused goes into the results.
    Save = Callable[[list[Info], "Results"], None]

EDIT_HEADER = """\
# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
"""
LAST_APPLIED_HEADER = """\
# Please edit the 'last-applied-configuration' annotations below.
# Lines beginning with a '#' will be ignored, and an empty file will abort the edit.
#
"""
FORMATS = ("json", "kyaml", "yaml")

WindowsLineEndings = Annotated[bool, Option(help="Use the line endings of Windows in the editor.")]


@dataclass
class Results:
    """What came of one round: why objects were refused, and how.

    ``reasons`` are heads with their details; they are shown at the top of the file when it is opened again.
    """

    file: str = ""
    reasons: list[tuple[str, list[str]]] = field(default_factory=list)
    retryable: int = 0
    not_found: int = 0
    refused: int = 0

    def add(self, error: StatusError, info: Info) -> str:
        """Note an error; what is printed of it. Mirrors editResults.addError."""
        about = f'{info.names.qualified} "{info.name}"'
        if error.reason == "Invalid":
            self.refused += 1
            messages = [f"{cause.field}: {cause.message}" for cause in error.causes]
            self.reasons.append((f"{about} was not valid", messages))
            return f"error: {about} is invalid"
        if error.reason == "NotFound":
            self.not_found += 1
            return f"error: {about} could not be found on the server"
        self.retryable += 1
        return f"error: {about} could not be patched: {error}"

    def header(self) -> str:
        """The reasons as comments."""
        lines = []
        for head, details in self.reasons:
            lines.append(f"# {_commented(head)}{':' if details else ''}\n")
            lines += [f"# * {_commented(detail)}\n" for detail in details]
            lines.append("#\n")
        return "".join(lines)


def _commented(text: str) -> str:
    """Mirrors hashOnLineBreak."""
    return text.replace("\n#", "\n").replace("\n", "\n# ") if "\n" in text.rstrip("\n") else text


class Editing:
    """Some objects in an editor: ``edit`` returns once they are saved, or the user gave up.

    ``kinds`` are those that the cluster serves; ``namespace`` is the one that the objects must stay in.
    """

    def __init__(
        self,
        inv: Invocation,
        kinds: Kinds,
        namespace: str,
        save: Save,
        header: str = EDIT_HEADER,
        *,
        output: str,
        windows_line_endings: bool,
    ) -> None:
        self._inv = inv
        self._kinds = kinds
        self._namespace = namespace
        self._save = save
        self._header = header
        self._format = output or "yaml"
        self._windows_line_endings = windows_line_endings
        self._results = Results()

    def edit(self, infos: Sequence[Info]) -> None:
        """Let the user edit the objects; UserError where what was saved cannot be used."""
        original = self._text(infos)
        if self._inv.home is not None:
            raise refuse(self._inv, "a program in Python has no terminal for an editor; it can patch or apply")
        edited, is_wrong = original, False
        while True:
            before = edited
            shown = self._comments() + (_without_comments(edited) if is_wrong else original)
            try:
                edited, file = launch(self._with_line_endings(shown), self._extension)
            except UserError as error:
                raise self._preserved(self._results.file, error) from error
            _remove(self._results.file)
            if is_wrong and _content(edited) == _content(before):
                raise self._preserved(file, UserError("Edit cancelled, no valid changes were saved."))
            self._results = Results(file)
            try:
                wrong = _problem(edited)
                if wrong:
                    self._refuse_file(wrong, infos[0])
                elif _content(edited) == _content(original):
                    self._cancel("Edit cancelled, no changes made.")
                    return
                elif self._is_saved(edited):
                    return
            except (UserError, StatusError) as error:
                raise self._preserved(file, error) from error
            is_wrong = bool(self._results.reasons)

    def _comments(self) -> str:
        """The comment on top of the file; JSON has no comments."""
        return "" if self._format == "json" else self._header + self._results.header()

    @property
    def _extension(self) -> str:
        return ".json" if self._format == "json" else ".yaml"

    def _text(self, infos: Sequence[Info]) -> str:
        """The objects as they are to be edited: one by itself, several as a List."""
        if self._format not in FORMATS:
            problem = f"unable to match a printer suitable for the output format {quote(self._format)}"
            raise UserError(f"{problem}, allowed formats are: {','.join(FORMATS)}")
        from kubesim.kubectl.printers.output import OutputOptions, for_output

        objs = [info.obj for info in infos if info.obj is not None]
        whole: Obj = {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": objs}
        return for_output(OutputOptions(output=self._format)).print(objs[0] if len(objs) == 1 else whole)

    def _with_line_endings(self, text: str) -> str:
        return text.replace("\n", "\r\n") if self._windows_line_endings else text

    def _is_saved(self, edited: str) -> bool:
        """Save what was edited; whether that is the end of it. Mirrors what follows the edit in EditOptions.Run."""
        updated = self._parsed(edited)
        if updated is None:
            return False
        self._save(updated, self._results)
        results = self._results
        if results.retryable:
            self._inv.err.write(f"You can run `{PROGRAM} replace -f {results.file}` to try this update again.\n")
            raise UserError("", bare=True)
        if results.not_found:
            self._inv.err.write(f"The edits you made on deleted resources have been saved to {quote(results.file)}\n")
            raise UserError("", bare=True)
        if not results.refused:
            _remove(results.file)
        return not results.refused

    def _parsed(self, edited: str) -> list[Info] | None:
        """The objects of the file; None if one of them is impossible, with the reasons."""
        from kubesim.cli.support.manifests import Files, Input, documents_in

        infos = []
        files = Files(Input(()), self._kinds, namespace=self._namespace, validation="Strict")
        for found in files.of(documents_in(edited, "edited-file")):
            if isinstance(found, UserError):
                self._results.reasons.append((f"The edited file had a syntax error: {found.message}", []))
                return None
            self._require_namespace(found)
            infos.append(Info(found.names, found.namespace, found.name, found.obj))
        return infos

    def _require_namespace(self, manifest: Manifest) -> None:
        """An object cannot be moved by editing it. Mirrors resource.RequireNamespace."""
        given = manifest.namespace
        if manifest.names.namespaced and given != self._namespace:
            raise UserError(
                f"the namespace from the provided object {quote(given)} does not match the namespace "
                f"{quote(self._namespace)}. You must pass '--namespace={given}' to perform this operation."
            )

    def _refuse_file(self, wrong: str, info: Info) -> None:
        """Report a file that is no object at all, as an object that fails validation."""
        from kubesim.api.fields import invalid
        from kubesim.errors import invalid as invalid_object

        cause = invalid("<nil>", "The edited file failed validation", wrong).cause()
        message = self._results.add(invalid_object("", "", "", (cause,)), info)
        self._inv.err.write(f"{message}\n")

    def _cancel(self, why: str) -> None:
        _remove(self._results.file)
        self._inv.err.write(f"{why}\n")

    def _preserved(self, file: str, error: Exception) -> Exception:
        """The error, once the user knows where the changes are. Mirrors preservedFile."""
        if str(error) and os.path.exists(file):
            self._inv.err.write(f"A copy of your changes has been stored to {quote(file)}\n")
        return error


def launch(text: str, extension: str) -> tuple[str, str]:
    """Open a text in the user's editor; what it is afterwards, and the temporary file that has it.

    UserError where the editor cannot be run, or fails. Mirrors Editor.LaunchTempFile.
    """
    import subprocess

    from kubesim.cli.support.temporary_files import new_file

    path = new_file(f"{PROGRAM}-edit-", extension, text)
    command, runs_in_shell = editor_command(os.environ)
    words = [*command[:-1], f"{command[-1]} {quote(path)}"] if runs_in_shell else [*command, path]
    try:
        done = subprocess.run(words, check=False)
    except FileNotFoundError as error:
        raise UserError(f"unable to launch the editor {quote(' '.join(command))}") from error
    except OSError as error:
        raise UserError(f"there was a problem with the editor {quote(' '.join(command))}") from error
    if done.returncode:
        raise UserError(f"there was a problem with the editor {quote(' '.join(command))}")
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as file:
        return file.read(), path


def editor_command(environment: Any) -> tuple[list[str], bool]:
    """The editor's words, and whether a shell is to read them. Mirrors defaultEnvEditor."""
    editor = environment.get("KUBE_EDITOR") or environment.get("EDITOR") or "vi"
    if not any(character in editor for character in "\"'\\") or " " not in editor:
        return editor.split(" "), False
    return [environment.get("SHELL") or "/bin/bash", "-c", editor], True


def _problem(text: str) -> str:
    """Why the text is no object; empty where it is one. Mirrors paramVerifyingSchema.ValidateBytes."""
    from kubesim.golang.yaml.reader import load_document

    try:
        document = load_document(text)
    except UserError as error:
        return error.message.removeprefix("error converting YAML to JSON: ")
    from kubesim.cli.support.object_schema import schema_problem

    return schema_problem(document)


def _content(text: str) -> Any:
    """What the text comes to, comments left out. Mirrors cmdutil.StripComments."""
    from kubesim.golang.yaml.reader import load_document

    try:
        return load_document(text)
    except UserError:
        return _without_comments(text)


def _without_comments(text: str) -> str:
    """Mirrors cmdutil.ManualStrip."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.strip().startswith("#") or line.strip().startswith("#!"))


def _remove(path: str) -> None:
    if path and os.path.exists(path):
        os.remove(path)
