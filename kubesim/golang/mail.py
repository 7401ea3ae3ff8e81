"""Addresses of mail as Go's net/mail reads them. Mirrors mail.ParseAddress."""

from __future__ import annotations

import re

_ATEXT = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\x80-\U0010ffff]"
_DOT_ATOM = rf"{_ATEXT}+(?:\.{_ATEXT}+)*"
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e\x80-\U0010ffff]|\t)*"'
_COMMENT = r"(?:\((?:[^()\\]|\\.)*\)[ \t]*)*"
_LITERAL = r"\[[^\[\]\\\x00-\x1f\x7f]+\]"
_SPEC = rf"(?:{_DOT_ATOM}|(?!\"\"){_QUOTED})@[ \t]*(?:{_DOT_ATOM}|{_LITERAL})"
_ATOM = rf"(?:{_ATEXT}|\.)+(?!{_ATEXT}|\.)"  # as long as it can be, or backtracking would try every cut
_WORD = rf"(?:{_ATOM}|{_QUOTED})"
_ADDRESS = re.compile(
    rf"[ \t]*(?:{_SPEC}|(?:{_WORD}[ \t]*)*<[ \t]*{_SPEC}>)[ \t]*{_COMMENT}",
)


def is_address(text: str) -> bool:
    """Whether a text is one address, ``a@example.com`` or ``A Name <a@example.com>``."""
    return _ADDRESS.fullmatch(text) is not None
