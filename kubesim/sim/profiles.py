"""Profiles: what sort of cluster a new one is. The head of the state keeps the name."""

from __future__ import annotations

import os

from kubesim.errors import UserError

BARE = "bare"  # nodes and what every namespace has; containers do what the recorded runtime's did
PROFILES = (BARE,)
DEFAULT = BARE


def asked_profile(name: str = "") -> str:
    """The profile of a new cluster: ``name``, else KUBESIM_PROFILE's, else the default; UserError if unknown."""
    asked = name or os.environ.get("KUBESIM_PROFILE") or DEFAULT
    if asked not in PROFILES:
        raise UserError(f'unknown profile "{asked}": it is one of {", ".join(PROFILES)}')
    return asked
