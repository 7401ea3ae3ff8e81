"""Where the state file lies."""

from __future__ import annotations

import os

VARIABLE = "KUBESIM_STATE"


def default_path() -> str:
    """``$KUBESIM_STATE``, else ``state.json`` in the user's state folder; absolute, symbolic links resolved.

    The links are resolved so that a file reached by two names has one lock, and so that replacing it keeps the link.
    """
    chosen = os.environ.get(VARIABLE)
    if not chosen:
        from platformdirs import user_state_path

        chosen = str(user_state_path("kubesim", appauthor=False) / "state.json")
    return os.path.realpath(chosen)
