"""The words of an expression. Mirrors the lexer that ANTLR makes of cel-go's CEL.g4, errors included."""

from __future__ import annotations

import re

from kubesim.api.cel.syntax import Problem
from kubesim.startup.named_tuple import NamedTuple

#: Every kind of token in the grammar's order, which is the order in which errors list them.
KINDS = (
    *("==", "!=", "in", "<", "<=", ">=", ">", "&&", "||", "[", "]", "{", "}", "(", ")", ".", ",", "-", "!", "?", ":"),
    *("+", "*", "/", "%", "true", "false", "null"),
    *("NUM_FLOAT", "NUM_INT", "NUM_UINT", "STRING", "BYTES", "IDENTIFIER", "ESC_IDENTIFIER"),
)
EOF = "<EOF>"

_ESCAPE = r"""\\(?:[abfnrtv"'\\?`]|[0-3][0-7][0-7]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"""
_STRING = "|".join(
    (
        rf'"""(?:{_ESCAPE}|[^\\])*?"""',
        rf"'''(?:{_ESCAPE}|[^\\])*?'''",
        rf'"(?:{_ESCAPE}|[^\\"\n\r])*"',
        rf"'(?:{_ESCAPE}|[^\\'\n\r])*'",
        r'[rR]"""[\s\S]*?"""',
        r"[rR]'''[\s\S]*?'''",
        r'[rR]"[^"\n\r]*"',
        r"[rR]'[^'\n\r]*'",
    )
)
_TOKENS = re.compile(
    r"(?P<HIDDEN>[\t \r\n\f]+|//[^\n]*)"
    r"|(?P<NUM_FLOAT>[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|\.[0-9]+(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<NUM_UINT>0x[0-9a-fA-F]+[uU]|[0-9]+[uU])"
    r"|(?P<NUM_INT>0x[0-9a-fA-F]+|[0-9]+)"
    rf"|(?P<STRING>{_STRING})"
    rf"|(?P<BYTES>[bB](?:{_STRING}))"
    r"|(?P<IDENTIFIER>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<ESC_IDENTIFIER>`[A-Za-z0-9_.\-/ ]+`)"
    r"|(?P<SYMBOL>==|!=|<=|>=|&&|\|\||[\[\]{}().,\-!?:+*/%<>])"
)
_WORDS = frozenset(("in", "true", "false", "null"))
# What may begin a token that does not end as one: the longest such beginning, for the words of an error.
_BEGINNINGS = re.compile(
    rf'"""(?:{_ESCAPE}|[^\\])*(?:\\[xX]?[0-9a-fA-FuU]*)?'
    rf"|'''(?:{_ESCAPE}|[^\\])*(?:\\[xX]?[0-9a-fA-FuU]*)?"
    rf'|"(?:{_ESCAPE}|[^\\"\n\r])*\\?'
    rf"|'(?:{_ESCAPE}|[^\\'\n\r])*\\?"
    r"|`[A-Za-z0-9_.\-/ ]*|[=&|]"
)


class Token(NamedTuple):
    """A word: its kind (one of ``KINDS`` or EOF), its text, and the character at which it begins."""

    kind: str
    text: str
    offset: int


def tokens_of(source: str) -> tuple[list[Token], list[Problem]]:
    """The tokens of an expression, the last one EOF, and what could not be read."""
    tokens: list[Token] = []
    problems: list[Problem] = []
    offset = 0
    while offset < len(source):
        found = _TOKENS.match(source, offset)
        if found is None:
            end = _end_of_error(source, offset)
            text = source[offset:end].replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
            problems.append(Problem(offset, f"Syntax error: token recognition error at: '{text}'"))
            offset = end
            continue
        kind, text = found.lastgroup or "", found.group()
        if kind == "SYMBOL" or text in _WORDS:
            kind = text
        if kind != "HIDDEN":
            tokens.append(Token(kind, text, offset))
        offset = found.end()
    return [*tokens, Token(EOF, EOF, len(source))], problems


def _end_of_error(source: str, offset: int) -> int:
    """Where the lexer goes on after what is no token: behind the first character that cannot belong to one."""
    begins = _BEGINNINGS.match(source, offset)
    return min((begins.end() if begins else offset) + 1, len(source))
