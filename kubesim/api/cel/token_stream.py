"""Tokens as a parser consumes them, with the words and the recovery of ANTLR's default error strategy."""

from __future__ import annotations

from kubesim.api.cel.lexer import EOF, KINDS, Token
from kubesim.api.cel.syntax import Problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: In a set of tokens: the rule may end here.
END = ""

_RANK = {kind: rank for rank, kind in enumerate((EOF, *KINDS))}


class SyntaxFault(Exception):  # noqa: N818
    """A rule cannot go on; what is wrong has a message. Mirrors antlr.RecognitionException."""

    def __init__(self, token: Token, message: str) -> None:
        super().__init__(message)
        self.token = token
        self.message = message


class TokenStream:
    """The tokens of one expression. ``follow`` has, for each rule that is under way, what may follow it in its caller.

    Mirrors antlr's DefaultErrorStrategy.
    """

    def __init__(self, tokens: Sequence[Token], source: str) -> None:
        self.tokens = tokens
        self.source = source
        self.position = 0
        self.problems: list[Problem] = []
        self.follow: list[frozenset[str]] = []
        self._is_recovering = False
        self._last_error = -1

    def peek(self, ahead: int = 0) -> Token:
        """A token that is not consumed yet; behind the last one there is EOF."""
        return self.tokens[min(self.position + ahead, len(self.tokens) - 1)]

    @property
    def kind(self) -> str:
        """The kind of the next token."""
        return self.tokens[self.position].kind

    def consume(self) -> Token:
        """The next token, which fits."""
        self._is_recovering = False
        return self._skip()

    def _skip(self) -> Token:
        token = self.tokens[self.position]
        if token.kind != EOF:
            self.position += 1
        return token

    def match(self, kind: str, after: Iterable[str]) -> Token:
        """The next token, which must be of that kind; ``after`` may follow it in this rule. Mirrors Parser.Match."""
        expected = frozenset((kind,))
        if self.kind == kind or self._deletes(expected):
            return self.consume()
        if self.kind in self._in_context(frozenset(after)):
            self._report(self.peek(), f"missing {_names(expected)} at {_quoted(self.peek())}")
            return Token(kind, f"<missing {_names(expected)}>", self.peek().offset)
        raise self.mismatch(expected)

    def sync(self, expected: frozenset[str]) -> None:
        """Before a choice between ``expected`` tokens: drop one that is too many, or SyntaxFault. Mirrors Sync."""
        if self._is_recovering or END in expected or self.kind in expected:
            return
        if not self._deletes(expected):
            raise self.mismatch(expected)

    def mismatch(self, expected: frozenset[str]) -> SyntaxFault:
        message = f"mismatched input {_quoted(self.peek())} expecting {_names(self._in_context(expected))}"
        return SyntaxFault(self.peek(), message)

    def no_alternative(self, count: int) -> SyntaxFault:
        """None of a rule's alternatives goes on behind the next ``count`` tokens."""
        offending = self.peek(count)
        end = offending.offset + (0 if offending.kind == EOF else len(offending.text))
        text = self.source[self.peek().offset : end] if self.peek().kind != EOF else EOF
        if text in (".true", ".false", ".null"):
            return SyntaxFault(offending, f"mismatched input '{offending.text}' expecting IDENTIFIER")
        return SyntaxFault(offending, f"no viable alternative at input '{_escaped(text)}'")

    def recover(self, fault: SyntaxFault) -> None:
        """Report what is wrong, and go on where a rule that is under way can. Mirrors ReportError and Recover."""
        self._report(fault.token, fault.message)
        if self._last_error == self.position:
            self._skip()
        self._last_error = self.position
        self._skip_to(frozenset())

    def continue_loop(self, expected: frozenset[str]) -> None:
        """Before another turn of a loop that needs one, drop what does not fit. Mirrors Sync there."""
        if not self._is_recovering and self.kind not in expected:
            self._report(self.peek(), f"extraneous input {_quoted(self.peek())} expecting {_names(expected)}")
            self._skip_to(expected)

    def _skip_to(self, expected: frozenset[str]) -> None:
        resumes = expected.union(*self.follow)
        while self.kind != EOF and self.kind not in resumes:
            self._skip()

    def _deletes(self, expected: frozenset[str]) -> bool:
        """Drop the next token if the one behind it is expected. Mirrors SingleTokenDeletion."""
        if self.peek(1).kind not in self._in_context(expected) or self.kind == EOF:
            return False
        names = _names(self._in_context(expected))
        self._report(self.peek(), f"extraneous input {_quoted(self.peek())} expecting {names}")
        self.consume()
        return True

    def _in_context(self, expected: frozenset[str]) -> frozenset[str]:
        """What may come next, where a rule may end what may follow it as well."""
        found = expected - {END}
        ends = END in expected
        for follow in reversed(self.follow):
            if not ends:
                return found
            found |= follow - {END}
            ends = END in follow
        return found | {EOF} if ends else found

    def _report(self, token: Token, message: str) -> None:
        if not self._is_recovering:
            self._is_recovering = True
            self.problems.append(Problem(token.offset, f"Syntax error: {message}"))


def _names(kinds: frozenset[str]) -> str:
    shown = [_name(kind) for kind in sorted(kinds, key=_RANK.__getitem__)]
    return shown[0] if len(shown) == 1 else "{" + ", ".join(shown) + "}"


def _name(kind: str) -> str:
    return kind if kind == EOF or (kind[0].isupper() and kind[0].isascii()) else f"'{kind}'"


def _quoted(token: Token) -> str:
    return f"'{_escaped(token.text)}'"


def _escaped(text: str) -> str:
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
