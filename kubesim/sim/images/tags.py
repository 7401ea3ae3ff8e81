"""Whether an image can have a tag, as far as its tags are known."""

from __future__ import annotations

from kubesim.sim.images.catalogue import COMMON_VARIANTS, Family
from kubesim.sim.images.slips import nearest
from kubesim.startup.function_cache import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

# What a part of a tag may miss by a letter.
_WORDS = """
latest stable mainline alpine slim debian ubuntu apache management bookworm bullseye buster trixie focal jammy noble
perl edge
"""


def can_have(family: Family, tag: str) -> bool:
    """Whether an image has a tag; in doubt it has."""
    if not family.series:
        return slip_in(tag) is None
    version, rest = _parted(tag)
    if version and any(_is_of(version, series) for series in family.series.split()):
        return not rest or _pattern(family.variants).fullmatch(rest) is not None
    return _is_named(tag, family.heads) or _pattern(family.variants, family.heads).fullmatch(tag) is not None


def _is_named(tag: str, heads: str) -> bool:
    """Whether a tag of letters is one of the alternatives of an expression, which is not compiled to see that."""
    before, found, _ = f"|{heads}|".partition(f"|{tag}|")
    return bool(found) and tag.isalpha() and before.count("(") == before.count(")")


def _parted(tag: str) -> tuple[str, str]:
    """The version that a tag begins with, if any, and what follows it but for the mark of a candidate."""
    version = tag[: len(tag) - len(tag.lstrip("v.0123456789"))]
    if not version or version[-1] in "v.":
        return "", tag
    rest = tag[len(version) :]
    if rest and not rest.startswith("-"):
        import re

        candidate = re.match(r"(?:alpha|beta|rc|a|b)\d+", rest)
        return (version, rest[candidate.end() :]) if candidate else ("", tag)
    return version, rest


@lru_cache(maxsize=64)
def _pattern(variants: str, heads: str = "") -> re.Pattern[str]:
    """Of the parts of a tag behind its version, or of a whole tag that begins with one of ``heads``."""
    import re

    parts = "|".join(filter(None, (variants, COMMON_VARIANTS)))
    head = f"(?:{heads})" if heads else ""
    return re.compile(rf"{head}(?:-(?:{parts}))*", re.ASCII)


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
    import re

    words = _WORDS.split()
    return next(filter(None, (nearest(part, words) for part in re.split(r"[-_.\d]+", tag))), None)
