"""The numbers of the users that images run as."""

from __future__ import annotations

from kubesim.sim.images.behaviour import ROOT

_NUMBERS = {ROOT: "0", "nobody": "65534", "curl_user": "100", "jenkins": "1000", "memcache": "11211"}


def number_of(user: str) -> str | None:
    """The number of a user that an image's configuration names, be it a name or a number; None if not known."""
    return user if user.isdigit() else _NUMBERS.get(user)
