"""What an image does by its name alone, and why."""

from __future__ import annotations

from kubesim.sim.images.behaviour import FOUND, MISSING, Behaviour
from kubesim.sim.images.catalogue import OFFICIAL
from kubesim.sim.images.name import ImageName, parse_image
from kubesim.sim.images.registries import answer, family_of
from kubesim.sim.images.wildcards import matches
from kubesim.startup.function_cache import lru_cache
from kubesim.startup.named_tuple import NamedTuple


class Verdict(NamedTuple):
    """What an image does, and why, as a sentence without its full stop."""

    behaviour: Behaviour
    why: str


class Rule(NamedTuple):
    """Images with a repository and a tag that match these patterns (of fnmatch) behave so.

    ``is_guess``: only where the image's tags are not known.
    """

    repository: str
    tag: str
    behaviour: str
    is_guess: bool = False


# The first that matches counts.
RULES = (
    Rule("*", "1.161", "missing", is_guess=True),
    Rule("*", "1.91", "missing", is_guess=True),
    Rule("*", "broken", "missing"),
    Rule("*", "*crash*", "crash"),
    Rule("*", "*notready*", "notready"),
)
# What the recorded runtime did, before and instead of those: it knew no registry, and of images only these.
RECORDED_RULES = (
    Rule("*", "*does-not-exist*", "missing"),
    Rule("*nosuch*", "*", "missing"),
    *(rule._replace(is_guess=False) for rule in RULES),
)
_RECORDED = (Rule("*/nginx", "*", "nginx"), Rule("*/httpd", "*", "httpd"))


@lru_cache(maxsize=1024)
def verdict_on(image: str, *, is_bare: bool) -> Verdict:
    """What an image does that no rule of the user's is about; on a bare cluster as the recorded runtime had it."""
    name = parse_image(image)
    if name is None:
        return Verdict(Behaviour(pull=MISSING), "this is no name of an image")
    own = _described(name)
    rule = _first(name, word_rules(is_bare=is_bare), skips_guesses=family_of(name) is not None)
    if rule is not None:
        from kubesim.sim.images.rules import changed

        return Verdict(changed(own.behaviour, rule.behaviour), f"the rule {rule.repository} {rule.tag} is about it")
    there = answer(name)
    if there.pull != FOUND:
        return Verdict(own.behaviour._replace(pull=there.pull), there.why)
    if is_bare:
        own = _as_recorded(name, own)
    return Verdict(own.behaviour, own.why or there.why)


def _first(name: ImageName, rules: tuple[Rule, ...], *, skips_guesses: bool = False) -> Rule | None:
    for rule in rules:
        if skips_guesses and rule.is_guess:
            continue
        if matches(name.repository, rule.repository) and matches(name.tag, rule.tag):
            return rule
    return None


def _described(name: ImageName) -> Verdict:
    """What the catalogue says of an image; an image that nobody described serves."""
    family = family_of(name)
    if family is not None:
        does = family.does
        if any(part in family.serving for part in name.tag.split("-")):
            does = does._replace(life=None)
        return Verdict(does, "")
    from kubesim.sim.images.elsewhere import ELSEWHERE, SHELLS_EVERYWHERE

    known = ELSEWHERE.get(name.repository) or SHELLS_EVERYWHERE.get(name.repository.rpartition("/")[2])
    return Verdict(known or Behaviour(), "kubesim has a description of it" if known else "")


def _as_recorded(name: ImageName, own: Verdict) -> Verdict:
    """Of servers the recorded runtime knew two; all other images answered on every port, and insisted on nothing."""
    rule = _first(name, _RECORDED)
    if rule is not None:
        from kubesim.sim.images.rules import changed

        return Verdict(changed(own.behaviour, rule.behaviour), f"bare clusters have {rule.behaviour} as recorded")
    plain = own.behaviour._replace(ports=None, paths=(), speaks="", needs="", is_strict=True)
    return own._replace(behaviour=plain)


def word_rules(*, is_bare: bool) -> tuple[Rule, ...]:
    """The rules that go by words in an image's name."""
    return RECORDED_RULES if is_bare else RULES


def known() -> int:
    """How many images have a description."""
    from kubesim.sim.images.elsewhere import ELSEWHERE

    return len(OFFICIAL) + len(ELSEWHERE)
