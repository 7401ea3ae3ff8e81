"""Texts that grow: what was there before stays the beginning, so that each version costs no more than what it adds."""

from __future__ import annotations


class Growing:
    """A text to which pieces are added; a version of it is its beginning of some length."""

    __slots__ = ("_pieces", "length")

    def __init__(self, text: str) -> None:
        self._pieces = [text]
        self.length = len(text)

    def add(self, piece: str) -> int:
        """Add to the end; gives the length of the version with it."""
        self._pieces.append(piece)
        self.length += len(piece)
        return self.length

    def between(self, start: int, end: int) -> str:
        """The part from one length to another."""
        return self.version(self.length)[start:end]

    def version(self, length: int) -> str:
        """The text as it was when it had that length."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        whole = self._pieces[0]
        return whole if length == self.length else whole[:length]
