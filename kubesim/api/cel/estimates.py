"""Ranges of sizes and costs, whose arithmetic ends at the greatest unsigned number of 64 bits.

Mirrors cel-go's checker.SizeEstimate and CostEstimate.
"""

from __future__ import annotations

from kubesim.startup.named_tuple import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from kubesim.api.cel.syntax import Node
    from kubesim.api.cel.types import Type

    class Sizes(Protocol):
        """Who knows sizes."""

        def known(self, operand: Operand) -> Estimate: ...

        def declared_size(self, path: tuple[str, ...]) -> Estimate | None: ...


MOST = (1 << 64) - 1


class Estimate(NamedTuple):
    least: int
    most: int

    def plus(self, other: Estimate) -> Estimate:
        return Estimate(min(self.least + other.least, MOST), min(self.most + other.most, MOST))

    def times(self, other: Estimate) -> Estimate:
        return Estimate(min(self.least * other.least, MOST), min(self.most * other.most, MOST))

    def scaled(self, factor: float) -> Estimate:
        return Estimate(_scaled(self.least, factor), _scaled(self.most, factor))

    def union(self, other: Estimate) -> Estimate:
        return Estimate(min(self.least, other.least), max(self.most, other.most))


def _scaled(number: int, factor: float) -> int:
    """The product, rounded up."""
    import math

    product = float(number) * factor
    return MOST if product >= 2.0**64 else math.ceil(product)


def fixed(number: int) -> Estimate:
    return Estimate(number, number)


UNKNOWN = Estimate(0, MOST)
NOTHING = fixed(0)
ONE = fixed(1)


class Operand(NamedTuple):
    """What is known of an argument: the path to it, its type, and its size. Mirrors checker.AstNode."""

    path: tuple[str, ...]
    type: Type
    node: Node | None
    size: Estimate | None
