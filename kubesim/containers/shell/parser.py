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
from kubesim.containers.shell.tokens import CLOSING, TokenReader
from kubesim.containers.shell.words import METACHARACTERS, WordReader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)(\+?)=")
_ELEMENT = re.compile(r"([A-Za-z_]\w*)(?=\[[^=\n]*\]\+?=)")
_DECLARING = ("declare", "typeset", "local", "readonly", "export")
_FUNCTION = re.compile(r"([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\)")
_ENDS = frozenset((";;", ";&", ";;&", ")", ""))


def parse(text: str, dialect: str = "bash", *, is_whole: bool = True) -> Script:
    """The tree of a script; ShellSyntaxError. ``dialect``: ash, dash or bash. ``is_whole``: no other lines follow.

    A here-document that is not closed ends with a whole script, and is a mistake in one that is not.
    """
    parser = _Parser(WordReader(text, _nested, dialect))
    whole: list[AndOr] = []
    try:
        while True:
            row = parser.row()
            if row is None:
                if parser.has_open_document and not is_whole:
                    raise parser.unexpected()
                return Script(tuple(whole))
            whole += row
    except ShellSyntaxError as error:
        error.begun = Script(tuple(whole))
        raise


def _nested(reader: WordReader, closing: str) -> Script:
    """The script of a substitution, up to its closing bracket or the end of the text."""
    parser = _Parser(reader)
    script = parser.script()
    if closing:
        parser.take(closing)
    elif parser.is_left():
        raise parser.unexpected()
    return script


class _Parser(TokenReader):
    def row(self) -> list[AndOr] | None:
        """The lists that begin on a line, which a shell reads as a whole before it walks them; None at the end."""
        self.newlines()
        if not self.operator() and not self.is_left():
            return None
        lists = [self._and_or()]
        while self._is_separated():
            lists.append(self._and_or())
        if self.operator() not in ("\n", "") or (not self.operator() and self.is_left()):
            raise self.unexpected()
        return lists

    def _is_separated(self) -> bool:
        """Whether another list begins on this line; what separates it is skipped."""
        if self.operator() == ";":
            self.take(";")
        elif not self.has_ended:
            return False
        return self.operator() != "\n" and self.is_left()

    def script(self) -> Script:
        """Lists up to a word or an operator that closes what they are in."""
        lists: list[AndOr] = []
        self.newlines()
        while not self._is_over():
            lists.append(self._and_or())
            if self.operator() == ";":
                self.take(";")
            elif self.operator() != "\n" and not self.has_ended and not self._is_over():
                raise self.unexpected()
            self.newlines()
        return Script(tuple(lists))

    def _is_over(self) -> bool:
        operator = self.operator()
        return operator in _ENDS - {""} or (not operator and self.word_ahead() in CLOSING | {""})

    def _and_or(self) -> AndOr:
        steps = [("", self._pipeline())]
        while (operator := self.operator()) in ("&&", "||"):
            self.take(operator)
            self.newlines()
            steps.append((operator, self._pipeline()))
        is_background = self.has_ended = self.operator() == "&"
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
            self.newlines()
            commands.append(self._command())
        return Pipeline(tuple(commands), is_negated)

    # commands

    def _command(self) -> Command:
        operator = self.operator()
        if operator == "(":
            compound = self._double_bracket() or self._subshell()
            return Redirected(compound, self.redirections())
        word = self.word_ahead()
        reader = _COMPOUNDS.get(word)
        if word in CLOSING:
            raise self.unexpected()
        if reader is not None and not (word == "[[" and self.reader.dialect == "dash"):
            self.take(word)
            return Redirected(reader(self), self.redirections())
        return self._function() or self._simple()

    def _function(self) -> Function | None:
        if self.word_ahead() == "function" and self.reader.dialect != "dash":
            self.take("function")
            name = self.word().literal or ""
            if self.operator() == "(":
                self.take("(")
                self.take(")")
            return self._function_body(name)
        found = _FUNCTION.match(self.reader.text, self.reader.at)
        if found is None:
            return None
        self.reader.at = found.end()
        return self._function_body(found[1])

    def _function_body(self, name: str) -> Function:
        self.newlines()
        body = self._command()
        if isinstance(body, Redirected):
            return Function(name, body)
        if self.reader.dialect == "bash":
            raise self.unexpected()
        line = AndOr((("", Pipeline((body,))),))
        return Function(name, Redirected(Group(Script((line,)))))

    def _simple(self) -> Simple:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        self.operator()
        line = self.reader.line()
        while True:
            self.operator()
            redirection = self.redirection()
            if redirection is not None:
                redirections.append(redirection)
            elif self.is_at_word():
                assignment = None if words else self._assignment()
                if assignment is not None:
                    assignments.append(assignment)
                elif self._is_declared_array(words):
                    words.append(self.reader.read(METACHARACTERS - {"("}))
                else:
                    words.append(self.word())
            else:
                break
        if not (assignments or words or redirections):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirections), line)

    def _is_declared_array(self, words: list[Word]) -> bool:
        """Whether ``name=(`` comes next behind ``declare`` or one of its like."""
        found = _ASSIGNMENT.match(self.reader.text, self.reader.at)
        is_list = found is not None and self.reader.text.startswith("(", found.end())
        return is_list and bool(words) and words[0].literal in _DECLARING and self.reader.dialect not in ("ash", "dash")

    def _assignment(self) -> Assignment | None:
        found = _ASSIGNMENT.match(self.reader.text, self.reader.at)
        if found is not None:
            self.reader.at = found.end()
            return Assignment(found[1], self.reader.read(METACHARACTERS - {"("}), found[2] == "+")
        element = _ELEMENT.match(self.reader.text, self.reader.at)
        if element is None or self.reader.dialect in ("ash", "dash"):
            return None
        self.reader.at = element.end()
        index = self.reader.index()
        appends = self.reader.text.startswith("+", self.reader.at)
        self.reader.at += appends + len("=")
        return Assignment(element[1], self.reader.read(), appends, index)

    # compound commands

    def _double_bracket(self) -> Compound | None:
        if self.reader.dialect in ("ash", "dash") or not self.reader.text.startswith("((", self.reader.at):
            return None
        start = self.reader.at
        inner = self.reader.bracketed()
        if not (inner.startswith("(") and inner.endswith(")")):
            self.reader.at = start
            return None
        return ArithmeticCommand(self.reader.quoted_word(inner[1:-1]))

    def _subshell(self) -> Compound:
        self.take("(")
        body = self._some(")")
        self.take(")")
        return Group(body, is_subshell=True)

    def _some(self, closing: str = "") -> Script:
        """A script that does not come to nothing, as each but the whole one must; ``closing`` is what ends it."""
        body = self.script()
        if not body.lists:
            raise self.unexpected("" if self.operator() or self.is_left() else closing)
        return body

    def group(self) -> Compound:
        body = self._some("}")
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
                otherwise = self._some("fi")
        self.take("fi")
        return If(tuple(branches), otherwise)

    def _branch(self) -> tuple[Script, Script]:
        condition = self._some("then")
        self.take("then")
        return condition, self._some("fi")

    def while_(self) -> Compound:
        condition = self._some("do")
        return Loop(condition, self._body())

    def until(self) -> Compound:
        condition = self._some("do")
        return Loop(condition, self._body(), is_until=True)

    def _body(self) -> Script:
        self.newlines()
        closing = "}" if self.word_ahead() == "{" else "done"
        self.take("{" if closing == "}" else "do")
        body = self._some(closing)
        self.take(closing)
        return body

    def for_(self) -> Compound:
        if self.operator() == "(" and self.reader.dialect not in ("ash", "dash"):
            return self._counting_for()
        name = self.word().literal or ""
        if not name.isidentifier():
            raise self.reader.wrong("bad for loop variable")
        self.newlines()
        words: tuple[Word, ...] | None = None
        if self.word_ahead() == "in":
            self.take("in")
            found: list[Word] = []
            while self.is_at_word():
                found.append(self.word())
            words = tuple(found)
            if self.operator() not in (";", "\n"):
                raise self.unexpected()
        if self.operator() == ";":
            self.take(";")
        return For(name, words, self._body())

    def _counting_for(self) -> Compound:
        inner = self.reader.bracketed()
        if not (inner.startswith("(") and inner.endswith(")") and inner.count(";") == 2):
            raise self.reader.wrong("bad for loop variable")
        first, condition, step = (self.reader.quoted_word(part.strip()) for part in inner[1:-1].split(";"))
        if self.operator() == ";":
            self.take(";")
        return CountingFor(first, condition, step, self._body())

    def case(self) -> Compound:
        word = self.word()
        self.newlines()
        self.take("in")
        self.newlines()
        arms: list[Arm] = []
        while self.word_ahead() != "esac":
            arms.append(self._arm())
            self.newlines()
        self.take("esac")
        return Case(word, tuple(arms))

    def _arm(self) -> Arm:
        if self.operator() == "(":
            self.take("(")
        if not self.operator() and not self.is_left():
            raise self.unexpected(")")
        patterns = [self.word()]
        while self.operator() == "|":
            self.take("|")
            patterns.append(self.word())
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
            if _is_regex_next(words):
                words.append(self.reader.read_expression())
            elif operator == "\n":
                self.take("\n")
            elif operator:
                self.take(operator)
                words.append(Word((Text(operator),)))
            elif self.reader.at >= len(self.reader.text):
                raise self.unexpected("]]")
            else:
                words.append(self.reader.read())
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
