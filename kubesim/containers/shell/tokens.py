"""The tokens of a script: operators, reserved words, words, redirections with their here-documents."""

from __future__ import annotations

import re

from kubesim.containers.shell.syntax import Redirection, ShellSyntaxError, Text, Word
from kubesim.containers.shell.words import METACHARACTERS, WordReader

_BLANKS = re.compile(r"(?:[ \t\r]|\\\n)*(?:#[^\n]*)?")
_OPERATORS = re.compile(r"&&|\|\||;;&|;;|;&|\|&|&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[;&|<>()\n]")
_REDIRECTION = re.compile(r"(\d*)(<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\())|(&>>|&>)")
CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}"))
_RESERVED = frozenset(("if", "while", "until", "for", "case", "{", "!", "in"))


class TokenReader:
    """Reads a script's operators, words and redirections."""

    def __init__(self, reader: WordReader) -> None:
        self.reader = reader
        self.has_ended = False  # by "&", which separates a list from the next one
        self.has_open_document = False  # one whose end was not found
        self._after_documents = 0  # where the text goes on behind the here-documents of this line

    # tokens

    def is_left(self) -> bool:
        """Whether there is text that was not read."""
        return self.reader.at < len(self.reader.text)

    def unexpected(self, expected: str = "") -> ShellSyntaxError:
        """What stands here cannot stand here; ``expected`` is what could."""
        operator, line = self.operator(), self.reader.line()
        if not operator and not self.is_left():
            token = "end of file"
        elif operator:
            redirects = operator[0] in "<>" or operator.startswith("&>")
            token = "newline" if operator == "\n" else "redirection" if redirects else f'"{operator}"'
        else:
            word = self.word_ahead()
            token = f'"{word}"' if word in CLOSING or word in _RESERVED else "word"
        shown = {"": "", "\n": "newline", "word": "word"}.get(expected, f'"{expected}"')
        error = ShellSyntaxError(f"unexpected {token}", token, shown, line)
        error.word = (
            operator.replace("\n", "newline") or re.split(r"[\s;&|()<>]", self.reader.text[self.reader.at :])[0]
        )
        error.text = self.reader.line_text()
        return error

    def operator(self) -> str:
        """The operator that comes next, empty if it is a word or the end."""
        blanks = _BLANKS.match(self.reader.text, self.reader.at)
        self.reader.at = blanks.end() if blanks else self.reader.at
        found = _OPERATORS.match(self.reader.text, self.reader.at)
        return found[0] if found and not self.reader.is_at_process() else ""

    def word_ahead(self) -> str:
        """The word that comes next if it is plain, as reserved words are; empty if there is none."""
        if self.operator():
            return ""
        at = self.reader.at
        found = re.compile(r"[^\s;&|<>()'\"$`\\]+").match(self.reader.text, at)
        end = found.end() if found else at
        follows = self.reader.text[end : end + 1]
        return found[0] if found and (not follows or follows in METACHARACTERS) else self.reader.text[at : at + 1]

    def take(self, expected: str) -> None:
        """Skip an operator or a reserved word; ShellSyntaxError if it is not there."""
        if (self.operator() or self.word_ahead()) != expected:
            raise self.unexpected(expected)
        self.reader.at += len(expected)
        if expected == "\n" and self._after_documents:
            self.reader.at, self._after_documents = self._after_documents, 0

    def newlines(self) -> None:
        while self.operator() == "\n":
            self.take("\n")

    def word(self) -> Word:
        if self.operator() or self.reader.at >= len(self.reader.text):
            raise self.unexpected()
        return self.reader.read()

    def is_at_word(self) -> bool:
        """Whether a word comes next."""
        return not self.operator() and self.reader.at < len(self.reader.text)

    # redirections

    def redirections(self) -> tuple[Redirection, ...]:
        found: list[Redirection] = []
        self.operator()
        while (redirection := self.redirection()) is not None:
            found.append(redirection)
            self.operator()
        return tuple(found)

    def redirection(self) -> Redirection | None:
        found = _REDIRECTION.match(self.reader.text, self.reader.at)
        if found is None:
            return None
        operator = found[2] or found[3]
        if operator == "<<<" and self.reader.dialect in ("ash", "dash"):
            self.reader.at = found.end() - 1
            raise self.unexpected()
        self.reader.at = found.end()
        descriptor = int(found[1]) if found[1] else int(not operator.startswith("<"))
        if operator in ("<<", "<<-"):
            return Redirection(descriptor, "<<", self._here_document(operator))
        return Redirection(descriptor, operator, self.word())

    def _here_document(self, operator: str) -> Word:
        """The lines up to the delimiter: they begin behind this line, or behind its here-document before."""
        delimiter = self.word()
        is_quoted = any(getattr(part, "is_quoted", False) for part in delimiter.parts)
        mark = "".join(part.text for part in delimiter.parts if isinstance(part, Text))
        text = self.reader.text
        line_end = text.find("\n", self.reader.at)
        at = self._after_documents or (len(text) if line_end < 0 else line_end + 1)
        lines: list[str] = []
        while at < len(text):
            end = text.find("\n", at)
            line = text[at:] if end < 0 else text[at:end]
            at = len(text) if end < 0 else end + 1
            if operator == "<<-":
                line = line.lstrip("\t")
            if line == mark:
                break
            lines.append(line + "\n")
        else:
            self.has_open_document = True
        self._after_documents = at
        body = "".join(lines)
        return Word((Text(body, True),)) if is_quoted else self.reader.quoted_word(body)
