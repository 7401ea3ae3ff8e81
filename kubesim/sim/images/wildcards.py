"""Patterns with wildcards, as ``fnmatch`` has them: of users' rules, and of what names of images mean."""

from __future__ import annotations


def matches(text: str, pattern: str) -> bool:
    """Whether a text, in its letters' case, matches a pattern with ``*``, ``?`` and ``[...]``."""
    if "?" in pattern or "[" in pattern:
        from fnmatch import fnmatchcase

        return fnmatchcase(text, pattern)
    first, *others = pattern.split("*")
    if not others:
        return text == first
    last = others.pop()
    if len(text) < len(first) + len(last) or not text.startswith(first) or not text.endswith(last):
        return False
    return _has_in_order(text[len(first) : len(text) - len(last)], others)


def _has_in_order(text: str, parts: list[str]) -> bool:
    """Whether the parts stand in a text one behind the other."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
