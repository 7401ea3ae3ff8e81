"""The image that was probably meant by a name that cannot be pulled: the nearest that can."""

from __future__ import annotations

import re

from kubesim.sim.images.catalogue import OFFICIAL
from kubesim.sim.images.name import parse_image
from kubesim.sim.images.registries import family_of
from kubesim.sim.images.slips import nearest
from kubesim.sim.images.tags import slip_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def suggested(image: str, can_pull: Callable[[str], bool]) -> str | None:
    """The nearest image that can be pulled; None where nothing is near. ``can_pull`` judges a name."""
    return next(filter(can_pull, _near(image)), None)


def _near(image: str) -> Iterator[str]:
    """Names that the image's may be a slip of, the likeliest first."""
    name = parse_image(image)
    if name is None:
        plain = re.sub(r"\s", "", image).lower()
        yield from (plain,) if parse_image(plain) is not None else ()
        return
    head, colon, tag = _parted(image)
    folder, slash, last = head.rpartition("/")
    meant = None if last in OFFICIAL else nearest(last, OFFICIAL)
    if meant is not None:
        yield f"{folder}{slash}{meant}{colon}{tag}"
    yield from (f"{head}:{other}" for other in _near_tags(tag))
    if family_of(name) is not None:
        yield from (f"{head}:{other}" for other in _fewer_parts(tag))


def latest(image: str) -> str:
    """The image with the tag that most have."""
    return f"{_parted(image)[0]}:latest"


def _parted(image: str) -> tuple[str, str, str]:
    """``nginx``, ``:`` and ``1.25``; the last two are empty without a tag."""
    head, colon, tag = image.rpartition(":")
    return (head, colon, tag) if colon and "/" not in tag else (image, "", "")


def _near_tags(tag: str) -> Iterator[str]:
    """The tag with a word put right, a separator put in, two characters swapped, or one left out."""
    meant = slip_in(tag)
    if meant is not None:
        yield from (tag.replace(part, meant) for part in re.split(r"[-_.\d]+", tag) if nearest(part, (meant,)))
    places = range(1, len(tag))
    yield from (f"{tag[:at]}.{tag[at:]}" for at in reversed(places))
    yield from (f"{tag[:at]}-{tag[at:]}" for at in places)
    yield from (tag[: at - 1] + tag[at] + tag[at - 1] + tag[at + 1 :] for at in places)
    yield from (tag[:at] + tag[at + 1 :] for at in reversed(range(len(tag))))


def _fewer_parts(tag: str) -> Iterator[str]:
    """The tag without its last part, without the last two, ..."""
    while tag := re.sub(r"[-_.]?[^-_.]*$", "", tag):
        yield tag
