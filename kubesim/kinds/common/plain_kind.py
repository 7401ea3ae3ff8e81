"""Kinds with rows that follow from a list of columns (see ``plain_columns``, which only those who print import)."""

from __future__ import annotations

from kubesim.api.well_known import ANNOTATION_IS_DEFAULT_INGRESS_CLASS, IS_DEFAULT_STORAGE_CLASS_ANNOTATION
from kubesim.kinds.base import Column, Kind, age_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubesim.api.meta import Obj
    from kubesim.kinds.common.plain_columns import Cells


class PlainKind(Kind):
    """A kind of which the tables say how it is printed; one that is not in them shows its name and age."""

    @property
    def columns(self) -> Sequence[Column]:
        cells = self.cells()
        return (Column("NAME"), *(column for column, _ in cells)) if cells else super().columns

    def cells(self) -> Cells:
        """The columns but for the name's; a kind may have them in its own file."""
        from kubesim.kinds.common.plain_columns import CELLS

        return CELLS.get(self.names.key, ())

    def row(self, obj: Obj, now: int) -> list[str]:
        cells = self.cells()
        if not cells:
            return super().row(obj, now)
        name = f"{obj['metadata']['name']}{_default_mark(obj)}"
        return [name, *(age_of(obj, now) if isinstance(cell, str) else cell(obj) for _, cell in cells)]


def _default_mark(obj: Obj) -> str:
    """`` (default)`` of the class that is used where none is named."""
    marks = {
        "StorageClass": IS_DEFAULT_STORAGE_CLASS_ANNOTATION,
        "IngressClass": ANNOTATION_IS_DEFAULT_INGRESS_CLASS,
    }
    mark = marks.get(obj["kind"])
    annotations = obj["metadata"].get("annotations") or {}
    return " (default)" if mark and annotations.get(mark) == "true" else ""
