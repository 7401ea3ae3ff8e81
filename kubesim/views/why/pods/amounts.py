"""Amounts of resources in words, and halves of them."""

from __future__ import annotations

from kubesim.api import quantity

_UNITS = (("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10))


def amount_text(resource: str, amount: int) -> str:
    """``1.5`` or ``500m`` of cpu (``amount`` in thousandths), ``2.0Gi`` of bytes, ``3`` of all else."""
    if resource == "cpu":
        return str(amount / 1000).removesuffix(".0") if amount >= 1000 else f"{amount}m"
    if resource in ("memory", "ephemeral-storage", "storage"):
        for unit, size in _UNITS:
            if amount >= size:
                return f"{amount / size:.1f}".removesuffix(".0") + unit
    return str(amount)


def halved(text: str) -> str:
    """Half of a quantity, in its own format; empty if that would be nothing."""
    milli = quantity.milli_value(text) // 2
    if milli <= 0:
        return ""
    half = f"{milli}m" if milli % 1000 or milli < 1000 else str(milli // 1000)
    whole = milli // 1000
    for unit, size in _UNITS:
        if whole and whole % size == 0:
            return f"{whole // size}{unit}"
    return quantity.canonical(half)
