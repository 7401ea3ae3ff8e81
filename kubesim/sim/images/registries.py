"""What a registry would answer to the pull of an image, from its name alone: nothing leaves this machine."""

from __future__ import annotations

from kubesim.sim.images.behaviour import DENIED, FOUND, MISSING, UNREACHABLE
from kubesim.sim.images.catalogue import OFFICIAL, Family
from kubesim.sim.images.name import ImageName
from kubesim.sim.images.slips import nearest
from kubesim.sim.images.tags import can_have, slip_in
from kubesim.startup.named_tuple import NamedTuple

LIBRARY = "docker.io/library/"

# Whoever writes these means an image that is not there, wherever in a name they stand and however they are parted.
_PHRASES = "doesnotexist|doesntexist|donotexist|nonexist|notexist|nosuch|notfound|noexist"
# So do these where they are words of their own, or stand before a word for an image.
_THINGS = "image|img|tag|name|version|repo|repository|registry|app|container|user"
_WORD = rf"(?<![a-z0-9])(?:{{words}})(?:[-_.]?(?:{_THINGS}))?(?![a-z0-9])"
_ANYWHERE = "typo|invalid|wrong|bogus"

# Ordinary words that miss the name of an official image by a letter.
_NO_SLIPS = """
blink candy clone closure compose consult cradle crates create fault fluent ghosts grade groove haven helloworld host
hosts http https link locker mango mongod park persona phone proton rate raven rocker shift sparks store valley vanish
"""


class Answer(NamedTuple):
    """FOUND, MISSING or DENIED, and why, as a sentence without its full stop."""

    pull: str
    why: str


def pull_error(name: ImageName, pull: str) -> str:
    """What the container runtime reports of a pull that comes to nothing; ``pull`` is what the registry answers.

    The kubelet drops the code from errors of which the code is Unknown.
    """
    full = name.full
    about = f'failed to pull and unpack image "{full}": failed to resolve reference "{full}":'
    if pull == DENIED:
        return (
            f"{about} pull access denied, repository does not exist or may require authorization: server message: "
            "insufficient_scope: authorization failed"
        )
    if pull == UNREACHABLE:
        host, _, path = name.repository.partition("/")
        host = "registry-1.docker.io" if host == "docker.io" else host
        address = f"https://{host}/v2/{path}/manifests/{name.digest or name.tag}"
        return f'{about} failed to do request: Head "{address}": dial tcp: lookup {host}: i/o timeout'
    return f"rpc error: code = NotFound desc = {about} {full}: not found"


def family_of(name: ImageName) -> Family | None:
    """The official image that a name means, in Docker's library or in a mirror of it."""
    folder, _, last = name.repository.rpartition("/")
    return OFFICIAL.get(last) if folder.endswith("/library") else None


def answer(name: ImageName) -> Answer:
    """Whether a registry has an image: in doubt it has."""
    if name.digest:
        return Answer(FOUND, "a digest is believed")
    family = family_of(name)
    if family is not None:
        return _official(name, family)
    if name.repository.startswith(LIBRARY):
        word = name.repository.removeprefix(LIBRARY)
        meant = None if word in _NO_SLIPS.split() else nearest(word, OFFICIAL)
        if meant is not None:
            return Answer(DENIED, f'there is no official image "{word}"; "{meant}" misses it by a letter')
    from kubesim.sim.images.elsewhere import TAGS

    tags = TAGS.get(name.repository)
    if tags and name.tag not in tags:
        return Answer(MISSING, f"kubesim has a description of it, and it has no tag {name.tag}")
    return _obvious(name) or Answer(FOUND, "an image that nobody described is taken to be there")


def _official(name: ImageName, family: Family) -> Answer:
    title = name.repository.rpartition("/")[2]
    if can_have(family, name.tag):
        return Answer(FOUND, f"{title} is an official image, and may well have a tag {name.tag}")
    meant = slip_in(name.tag)
    hint = f'; did you mean "{meant}"?' if meant else ""
    return Answer(MISSING, f"{title} is an official image, and has no tag {name.tag}{hint}")


def _obvious(name: ImageName) -> Answer | None:
    """The answer to a name that says itself that nothing is there."""
    in_tag = _telling(name.tag, f"{_ANYWHERE}|fake")
    if in_tag:
        return Answer(MISSING, f'the tag says itself that it is not there: "{in_tag}"')
    host, _, path = name.repository.partition("/")
    is_nobodys = host == "docker.io" and path.startswith("library/")
    fake = "|fake" if is_nobodys else ""
    found = _telling(path, _ANYWHERE + fake) or _telling_fake(path)
    if not found:
        return None
    pull = DENIED if host == "docker.io" else MISSING
    return Answer(pull, f'the name says itself that it is not there: "{found}"')


def _telling(text: str, words: str) -> str:
    """The part of a text that says so, as it is written; empty if there is none."""
    import re

    phrase = re.search("|".join(re.sub("(?<=.)(?=.)", "[-_.]?", word) for word in _PHRASES.split("|")), text)
    word = re.search(_WORD.format(words=words), text, re.IGNORECASE)
    found = phrase or word
    return found[0] if found else ""


def _telling_fake(path: str) -> str:
    """``fake`` before a word for an image: real ones are called fake-service, or fake-gcs-server."""
    import re

    found = re.search(rf"(?<![a-z0-9])fake(?:[-_.]?(?:{_THINGS}))?(?=/|$)", path)
    return found[0] if found else ""
