"""The grammar: text to tree.

A recursive descent over POSIX's grammar (XCU 2.10) with ``[[``, ``((``, ``function`` and here-strings of bash.
"""

from __future__ import annotations

import re

from kubesim.containers.shell.syntax import (
    AndOr,
    ArithmeticCommand,
    Arm,
    Assignment,
    Case,
    Command,
    Compound,
    Conditional,
    CountingFor,
    For,
    Function,
    Group,
    If,
    Loop,
    Pipeline,
    Redirected,
    Redirection,
    Script,
    ShellSyntaxError,
    Simple,
    Text,
    Word,
)
from kubesim.containers.shell.words import METACHARACTERS, WordReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_BLANKS = re.compile(r"(?:[ \t\r]|\\\n)*(?:#[^\n]*)?")
_OPERATORS = re.compile(r"&&|\|\||;;&|;;|;&|\|&|&>>|&>|<<<|<<-|<<|<&|<>|>>|>&|>\||[;&|<>()\n]")
_REDIRECTION = re.compile(r"(\d*)(<<<|<<-|<<|<&|<>|>>|>&|>\||<(?!\()|>(?!\())|(&>>|&>)")
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_FUNCTION = re.compile(r"([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\)")
_CLOSING = frozenset(("then", "else", "elif", "fi", "do", "done", "esac", "}"))
_ENDS = frozenset((";;", ";&", ";;&", ")", ""))


def parse(text: str) -> Script:
    """The tree of a script; ShellSyntaxError."""
    parser = _Parser(WordReader(text, _nested))
    script = parser.script()
    if parser.operator() or parser.word_ahead():
        raise ShellSyntaxError(f"unexpected {parser.rest()!r}")
    return script


def _nested(reader: WordReader, closing: str) -> Script:
    """The script of a substitution, up to its closing bracket or the end of the text."""
    parser = _Parser(reader)
    script = parser.script()
    if closing:
        parser.take(closing)
    elif parser.rest():
        raise ShellSyntaxError(f"unexpected {parser.rest()!r}")
    return script


class _Parser:
    def __init__(self, reader: WordReader) -> None:
        self._reader = reader
        self._after_documents = 0  # where the text goes on behind the here-documents of this line

    # tokens

    def rest(self) -> str:
        return self._reader.text[self._reader.at :][:20]

    def operator(self) -> str:
        """The operator that comes next, empty if it is a word or the end."""
        blanks = _BLANKS.match(self._reader.text, self._reader.at)
        self._reader.at = blanks.end() if blanks else self._reader.at
        found = _OPERATORS.match(self._reader.text, self._reader.at)
        return found[0] if found and not self._reader.is_at_process() else ""

    def word_ahead(self) -> str:
        """The word that comes next if it is plain, as reserved words are; empty if there is none."""
        if self.operator():
            return ""
        at = self._reader.at
        found = re.compile(r"[^\s;&|<>()'\"$`\\]+").match(self._reader.text, at)
        end = found.end() if found else at
        follows = self._reader.text[end : end + 1]
        return found[0] if found and (not follows or follows in METACHARACTERS) else self._reader.text[at : at + 1]

    def take(self, expected: str) -> None:
        """Skip an operator or a reserved word; ShellSyntaxError if it is not there."""
        if (self.operator() or self.word_ahead()) != expected:
            raise ShellSyntaxError(f"expected {expected!r} at {self.rest()!r}")
        self._reader.at += len(expected)
        if expected == "\n" and self._after_documents:
            self._reader.at, self._after_documents = self._after_documents, 0

    def _newlines(self) -> None:
        while self.operator() == "\n":
            self.take("\n")

    def _word(self) -> Word:
        if self.operator() or self._reader.at >= len(self._reader.text):
            raise ShellSyntaxError(f"expected a word at {self.rest()!r}")
        return self._reader.read()

    # lists

    def script(self) -> Script:
        lists: list[AndOr] = []
        while True:
            while self.operator() in ("\n", ";"):
                self.take(self.operator())
            if self._is_over():
                return Script(tuple(lists))
            lists.append(self._and_or())

    def _is_over(self) -> bool:
        operator = self.operator()
        return operator in _ENDS - {""} or (not operator and self.word_ahead() in _CLOSING | {""})

    def _and_or(self) -> AndOr:
        steps = [("", self._pipeline())]
        while (operator := self.operator()) in ("&&", "||"):
            self.take(operator)
            self._newlines()
            steps.append((operator, self._pipeline()))
        is_background = self.operator() == "&"
        if is_background:
            self.take("&")
        return AndOr(tuple(steps), is_background)

    def _pipeline(self) -> Pipeline:
        is_negated = False
        while self.word_ahead() in ("!", "time"):
            is_negated ^= self.word_ahead() == "!"
            self.take(self.word_ahead())
        commands = [self._command()]
        while self.operator() in ("|", "|&"):
            self.take(self.operator())
            self._newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), is_negated)

    # commands

    def _command(self) -> Command:
        operator = self.operator()
        if operator == "(":
            compound = self._double_bracket() or self._subshell()
            return Redirected(compound, self._redirections())
        word = self.word_ahead()
        reader = _COMPOUNDS.get(word)
        if reader is not None:
            self.take(word)
            return Redirected(reader(self), self._redirections())
        return self._function() or self._simple()

    def _function(self) -> Function | None:
        if self.word_ahead() == "function":
            self.take("function")
            name = self._word().literal or ""
            if self.operator() == "(":
                self.take("(")
                self.take(")")
            return self._function_body(name)
        found = _FUNCTION.match(self._reader.text, self._reader.at)
        if found is None:
            return None
        self._reader.at = found.end()
        return self._function_body(found[1])

    def _function_body(self, name: str) -> Function:
        self._newlines()
        body = self._command()
        if not isinstance(body, Redirected):
            raise ShellSyntaxError("a function needs a compound command")
        return Function(name, body)

    def _simple(self) -> Simple:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while True:
            self.operator()
            redirection = self._redirection()
            if redirection is not None:
                redirections.append(redirection)
            elif self._is_at_word():
                assignment = None if words else self._assignment()
                if assignment is not None:
                    assignments.append(assignment)
                else:
                    words.append(self._word())
            else:
                break
        if not (assignments or words or redirections):
            raise ShellSyntaxError(f"expected a command at {self.rest()!r}")
        return Simple(tuple(assignments), tuple(words), tuple(redirections))

    def _is_at_word(self) -> bool:
        return not self.operator() and self._reader.at < len(self._reader.text)

    def _assignment(self) -> Assignment | None:
        found = _ASSIGNMENT.match(self._reader.text, self._reader.at)
        if found is None:
            return None
        self._reader.at = found.end()
        return Assignment(found[1], self._reader.read(METACHARACTERS - {"("}), found[2] == "+")

    # redirections

    def _redirections(self) -> tuple[Redirection, ...]:
        found: list[Redirection] = []
        self.operator()
        while (redirection := self._redirection()) is not None:
            found.append(redirection)
            self.operator()
        return tuple(found)

    def _redirection(self) -> Redirection | None:
        found = _REDIRECTION.match(self._reader.text, self._reader.at)
        if found is None:
            return None
        self._reader.at = found.end()
        operator = found[2] or found[3]
        descriptor = int(found[1]) if found[1] else int(not operator.startswith("<"))
        if operator in ("<<", "<<-"):
            return Redirection(descriptor, "<<", self._here_document(operator))
        return Redirection(descriptor, operator, self._word())

    def _here_document(self, operator: str) -> Word:
        """The lines up to the delimiter: they begin behind this line, or behind its here-document before."""
        delimiter = self._word()
        is_quoted = any(getattr(part, "is_quoted", False) for part in delimiter.parts)
        mark = "".join(part.text for part in delimiter.parts if isinstance(part, Text))
        text = self._reader.text
        line_end = text.find("\n", self._reader.at)
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
        self._after_documents = at
        body = "".join(lines)
        return Word((Text(body, True),)) if is_quoted else self._reader.quoted_word(body)

    # compound commands

    def _double_bracket(self) -> Compound | None:
        if not self._reader.text.startswith("((", self._reader.at):
            return None
        start = self._reader.at
        inner = self._reader.bracketed()
        if not (inner.startswith("(") and inner.endswith(")")):
            self._reader.at = start
            return None
        return ArithmeticCommand(self._reader.quoted_word(inner[1:-1]))

    def _subshell(self) -> Compound:
        self.take("(")
        body = self.script()
        self.take(")")
        return Group(body, is_subshell=True)

    def group(self) -> Compound:
        body = self.script()
        self.take("}")
        return Group(body)

    def if_(self) -> Compound:
        branches = [self._branch()]
        otherwise = None
        while (word := self.word_ahead()) in ("elif", "else"):
            self.take(word)
            if word == "elif":
                branches.append(self._branch())
            else:
                otherwise = self.script()
        self.take("fi")
        return If(tuple(branches), otherwise)

    def _branch(self) -> tuple[Script, Script]:
        condition = self.script()
        self.take("then")
        return condition, self.script()

    def while_(self) -> Compound:
        condition = self.script()
        return Loop(condition, self._body())

    def until(self) -> Compound:
        condition = self.script()
        return Loop(condition, self._body(), is_until=True)

    def _body(self) -> Script:
        self._newlines()
        closing = "}" if self.word_ahead() == "{" else "done"
        self.take("{" if closing == "}" else "do")
        body = self.script()
        self.take(closing)
        return body

    def for_(self) -> Compound:
        if self.operator() == "(":
            return self._counting_for()
        name = self._word().literal or ""
        self._newlines()
        words: tuple[Word, ...] | None = None
        if self.word_ahead() == "in":
            self.take("in")
            found: list[Word] = []
            while self._is_at_word():
                found.append(self._word())
            words = tuple(found)
        if self.operator() == ";":
            self.take(";")
        return For(name, words, self._body())

    def _counting_for(self) -> Compound:
        inner = self._reader.bracketed()
        if not (inner.startswith("(") and inner.endswith(")") and inner.count(";") == 2):
            raise ShellSyntaxError("bad for loop")
        first, condition, step = (self._reader.quoted_word(part.strip()) for part in inner[1:-1].split(";"))
        if self.operator() == ";":
            self.take(";")
        return CountingFor(first, condition, step, self._body())

    def case(self) -> Compound:
        word = self._word()
        self._newlines()
        self.take("in")
        self._newlines()
        arms: list[Arm] = []
        while self.word_ahead() != "esac":
            arms.append(self._arm())
            self._newlines()
        self.take("esac")
        return Case(word, tuple(arms))

    def _arm(self) -> Arm:
        if self.operator() == "(":
            self.take("(")
        patterns = [self._word()]
        while self.operator() == "|":
            self.take("|")
            patterns.append(self._word())
        self.take(")")
        body = self.script()
        if self.operator() in (";;", ";&", ";;&"):
            self.take(self.operator())
        return Arm(tuple(patterns), body)

    def conditional(self) -> Compound:
        """``[[``: operators are words of it, up to ``]]``."""
        words: list[Word] = []
        while self.word_ahead() != "]]":
            operator = self.operator()
            if operator == "\n":
                self.take("\n")
            elif operator:
                self.take(operator)
                words.append(Word((Text(operator),)))
            elif self._reader.at >= len(self._reader.text):
                raise ShellSyntaxError("unterminated [[")
            else:
                words.append(self._reader.read(frozenset(" \t\n;&|)") if _is_regex_next(words) else METACHARACTERS))
        self.take("]]")
        return Conditional(tuple(words))


def _is_regex_next(words: list[Word]) -> bool:
    return bool(words) and words[-1].literal == "=~"


_COMPOUNDS: dict[str, Callable[[_Parser], Compound]] = {
    "{": _Parser.group,
    "if": _Parser.if_,
    "while": _Parser.while_,
    "until": _Parser.until,
    "for": _Parser.for_,
    "case": _Parser.case,
    "[[": _Parser.conditional,
}
