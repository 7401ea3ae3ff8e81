"""Changes of files as they are recorded, and as rows that JSON can hold."""

from __future__ import annotations

from kubesim.containers.evaluation.found import Found, Stretch, piece_row, row_of, stretch_row
from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.found import Row


class Written(NamedTuple):
    """A change, as it is recorded: what lies at a path from an instant on, or the ``piece`` that a text got there."""

    at: int
    path: str
    found: Found
    piece: str | None = None
    stretch: Stretch | None = None

    @property
    def last(self) -> int:
        """The instant of the last piece."""
        return self.at if self.stretch is None else self.at + self.stretch.after[-1]

    @property
    def row(self) -> Row:
        """The change in a form that JSON can hold."""
        if self.piece is None:
            return [self.at, self.path, row_of(self.found)]
        made = {} if self.found.content is None else row_of(self.found._replace(content=None))
        added = piece_row(self.piece) if self.stretch is None else stretch_row(self.piece, self.stretch)
        return [self.at, self.path, {**(made or {}), **added}]
