"""Whether an image can have a tag, as far as its tags are known."""

from __future__ import annotations

import re
from functools import lru_cache

from kubesim.sim.images.catalogue import COMMON_VARIANTS, Family
from kubesim.sim.images.slips import nearest

# What a part of a tag may miss by a letter.
_WORDS = """
latest stable mainline alpine slim debian ubuntu apache management bookworm bullseye buster trixie focal jammy noble
perl edge
"""


def can_have(family: Family, tag: str) -> bool:
    """Whether an image has a tag; in doubt it has."""
    if not family.series:
        return slip_in(tag) is None
    head, variants = _patterns(family)
    if head.fullmatch(tag):
        return True
    found = re.match(r"(v?[\d.]*\d)(?:(?:alpha|beta|rc|a|b)\d+)?((?:-.*)?)", tag, re.ASCII)
    if found is None or found.end() != len(tag) or not variants.fullmatch(found[2]):
        return False
    return any(_is_of(found[1], series) for series in family.series.split())


@lru_cache(maxsize=64)
def _patterns(family: Family) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Of a tag that begins with a word, and of what follows a version."""
    parts = "|".join(filter(None, (family.variants, COMMON_VARIANTS)))
    variants = rf"(?:-(?:{parts}))*"
    return re.compile(rf"(?:{family.heads}){variants}", re.ASCII), re.compile(variants, re.ASCII)


def _is_of(version: str, series: str) -> bool:
    """Whether ``1.27.3`` or a beginning of it is of the series ``1.27.0-5``."""
    if series.startswith("v"):
        version, series = version.removeprefix("v"), series[1:]
    parts, ranges = version.split("."), series.split(".")
    return len(parts) <= len(ranges) and all(map(_is_in, parts, ranges))


def _is_in(part: str, ranges: str) -> bool:
    return any(_is_between(part, *choice.partition("-")[::2]) for choice in ranges.split(","))


def _is_between(part: str, first: str, last: str) -> bool:
    if not last:
        return part == first
    return part.isdigit() and str(int(part)) == part and int(first) <= int(part) <= int(last)


def slip_in(tag: str) -> str | None:
    """The well-known word that a part of a tag misses by a letter, None if there is none."""
    words = _WORDS.split()
    return next(filter(None, (nearest(part, words) for part in re.split(r"[-_.\d]+", tag))), None)
