"""The tokens of awk's programs."""

from __future__ import annotations

import re

from kubesim.containers.evaluation.tools.call import Misused

_TOKEN = re.compile(
    r"(?P<space>(?:[ \t\r]|\\\n|#[^\n]*)+)|(?P<newline>\n)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r'|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<name>[A-Za-z_]\w*)'
    r"|(?P<operator>\+\+|--|\*\*=|\+=|-=|\*=|/=|%=|\^=|==|<=|>=|!=|!~|&&|\|\||>>|\*\*|[-+*/%^!<>|?:~$=,;(){}\[\]])",
    re.DOTALL,
)
_REGEX = re.compile(r"/((?:\\.|\[(?:\\.|[^\]\\\n])+\]|[^/\\\n])*)/")
_WORDS = frozenset(
    (
        *("BEGIN", "END", "if", "else", "while", "for", "do", "break", "continue", "next", "exit", "return", "delete"),
        *("in", "getline", "print", "printf", "function", "func"),
    )
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "/": "/", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def unescaped(given: str) -> str:
    """A text with its escapes replaced."""

    def replace(found: re.Match[str]) -> str:
        if found[1][0] in "01234567":
            return chr(int(found[1], 8))
        return _ESCAPES.get(found[1], "\\" + found[1])

    return re.sub(r"\\([0-7]{1,3}|.)", replace, given, flags=re.DOTALL)


def tokens_of(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        match = _TOKEN.match(source, at)
        last = found[-1] if found else ("", "")
        ends_value = last[0] in ("number", "string", "regex", "name", "call") or last[1] in (")", "]", "++", "--", "$")
        if source[at] == "/" and not ends_value:
            match = _REGEX.match(source, at)
            if match is None:
                raise Misused("unterminated regexp", 2)
            found.append(("regex", match[1].replace("\\/", "/")))
        elif match is None:
            raise Misused(f"syntax error at source line 1: {source[at : at + 10]}", 2)
        elif match.lastgroup == "name":
            is_call = source[match.end() : match.end() + 1] == "(" and match[0] not in _WORDS
            kind = "word" if match[0] in _WORDS else "call" if is_call or match[0] == "length" else "name"
            found.append((kind, match[0]))
        elif match.lastgroup == "string":
            found.append(("string", unescaped(match[0][1:-1])))
        elif match.lastgroup != "space":
            found.append((match.lastgroup or "", match[0].replace("**", "^")))
        at = match.end()
    return [*found, ("end", "")]
