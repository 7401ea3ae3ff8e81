"""sortOptions: the order in which resources are printed."""

from __future__ import annotations

from functools import cmp_to_key

from kubesim.kustomize.errors import BuildError
from kubesim.kustomize.field_specs import ORDER_OF_KINDS, gvk_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.kustomize.ids import Gvk, ResId
    from kubesim.kustomize.nodes import Obj
    from kubesim.kustomize.resource import ResMap

FIFO, LEGACY = "fifo", "legacy"


def sort(resources: ResMap, options: Obj) -> None:
    """Put resources in the order that ``sortOptions`` asks for."""
    order = options.get("order", "")
    if order not in (FIFO, LEGACY):
        raise BuildError(f"the field 'sortOptions.order' must be one of [{FIFO}, {LEGACY}]")
    legacy = options.get("legacySortOptions")
    if order == FIFO:
        if legacy is not None:
            raise BuildError(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
            )
        return
    ranks = ORDER_OF_KINDS if legacy is None else _ranks(legacy)

    def compare(left: ResId, right: ResId) -> int:
        return -1 if _is_less(left, right, ranks) else 1 if _is_less(right, left, ranks) else 0

    by_id = cmp_to_key(compare)
    resources.resources.sort(key=lambda resource: by_id(resource.id))


def _ranks(options: Obj) -> dict[str, int]:
    first, last = (options.get(name) or [] for name in ("orderFirst", "orderLast"))
    ranks = {kind: index - len(first) for index, kind in enumerate(first)}
    return {**ranks, **{kind: index + 1 for index, kind in enumerate(last)}}


def _is_less(left: ResId, right: ResId, ranks: dict[str, int]) -> bool:
    if left.gvk != right.gvk:
        return _is_gvk_less(left.gvk, right.gvk, ranks)
    return _text(left) < _text(right)


def _is_gvk_less(left: Gvk, right: Gvk, ranks: dict[str, int]) -> bool:
    left_rank, right_rank = ranks.get(left.kind, 0), ranks.get(right.kind, 0)
    if left_rank != right_rank:
        return left_rank < right_rank
    if left.kind == right.kind == "Namespace" and not (left.group and right.group):
        return gvk_text(left) > gvk_text(right)
    return gvk_text(left) < gvk_text(right)


def _text(id_: ResId) -> str:
    return f"{id_.gvk}|{id_.namespace or '~X'}|{id_.name or '~N'}"
