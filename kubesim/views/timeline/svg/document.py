"""Writing SVG: elements with escaped text, numbers without a tail, and the estimated width of text."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

#: How wide a character is at most on average, as a share of the font's size; fonts differ from machine to machine.
SANS, MONO = 0.6, 0.615

_ESCAPES = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord('"'): "&quot;"}


def escaped(text: str) -> str:
    """Text as XML has it; a character that XML cannot have becomes U+FFFD."""
    return "".join(character if _is_allowed(character) else "\ufffd" for character in text).translate(_ESCAPES)


def _is_allowed(character: str) -> bool:
    return character in "\t\n\r" or " " <= character < "\ud800" or "\ue000" <= character not in "\ufffe\uffff"


def number(value: float) -> str:
    """A number with two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def element(name: str, content: str = "", **attributes: float | str) -> str:
    """An element; ``content`` is markup. Underscores in the names of attributes are hyphens, at the end nothing."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{given}>{content}</{name}>" if content else f"<{name}{given}/>"


def text(x: float, y: float, content: str, style: str, anchor: str = "start") -> str:
    """Text from ``x`` on, about it ("middle"), or up to it ("end"), on the baseline ``y``."""
    return element("text", escaped(content), x=x, y=y, class_=style, text_anchor=anchor)


def rectangles(boxes: Iterable[tuple[float, float, float, float]], style: str) -> str:
    """Boxes (left, top, right, bottom) as one path; nothing where there are none."""
    path = "".join(
        f"M{number(left)} {number(top)}H{number(right)}V{number(bottom)}H{number(left)}Z"
        for left, top, right, bottom in boxes
        if right > left and bottom > top
    )
    return element("path", d=path, class_=style) if path else ""


def gap(left: float, right: float, top: float, bottom: float, slant: float) -> str:
    """A slanted gap in what was drawn before: time is left out there."""
    over, under = (left + slant, right + slant), (left - slant, right - slant)
    band = f"M{number(over[0])} {number(top)}H{number(over[1])}L{number(under[1])} {number(bottom)}H{number(under[0])}Z"
    edges = "".join(
        f"M{number(upper)} {number(top)}L{number(lower)} {number(bottom)}"
        for upper, lower in zip(over, under, strict=True)
    )
    return element("path", d=band, class_="paper") + element("path", d=edges, class_="rule")


def width_of(content: str, size: float, share: float = SANS) -> float:
    """How wide text is at most, by an estimate."""
    return len(content) * size * share


def cut_to(content: str, width: float, size: float, share: float = SANS) -> str:
    """The text, shortened where it is wider than that."""
    room = int(width / (size * share))
    return content if len(content) <= room else content[: max(0, room - 1)] + "…"


def wrapped(content: str, width: float, size: float, share: float = SANS) -> list[str]:
    """The text in lines of that width, broken between words where that can be."""
    import textwrap

    return textwrap.wrap(content, max(8, int(width / (size * share))), break_on_hyphens=False)
