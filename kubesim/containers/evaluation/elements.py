"""The elements of an array, in bash's order."""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kubesim.containers.evaluation.found import Value

Key = int | str

_BUCKETS = 1024


class Elements(NamedTuple):
    """The elements of an array; its keys are texts if it ``is_keyed``, numbers else."""

    values: dict[Key, Value]
    is_keyed: bool = False

    def ordered_keys(self) -> list[Key]:
        """In bash's order: by number, or by the buckets of its hash table."""
        return sorted(self.values, key=_bucket if self.is_keyed else int)

    def in_order(self) -> list[Value]:
        return [self.values[key] for key in self.ordered_keys()]


def _bucket(key: Key) -> int:
    """Where bash's hash table has a key (hashlib.c: FNV-1 over its bytes)."""
    code = 2166136261
    for byte in str(key).encode("utf-8", "surrogateescape"):
        code = (code * 16777619 & 0xFFFFFFFF) ^ byte
    return code % _BUCKETS
