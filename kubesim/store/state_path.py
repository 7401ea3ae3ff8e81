"""Where the state file lies."""

from __future__ import annotations

import os
import sys

VARIABLE = "KUBESIM_STATE"


def default_path() -> str:
    """``$KUBESIM_STATE``, else ``state.json`` in the user's state folder; absolute, symbolic links resolved.

    The links are resolved so that a file reached by two names has one lock, and so that replacing it keeps the link.
    """
    chosen = os.environ.get(VARIABLE)
    return os.path.realpath(chosen or os.path.join(_state_folder(), "state.json"))


if sys.platform == "linux":

    def _state_folder() -> str:
        """The user's state folder as platformdirs finds it, without the milliseconds that importing it takes."""
        base = os.environ.get("XDG_STATE_HOME", "").strip() or os.path.expanduser("~/.local/state")
        return os.path.join(base, "kubesim")

else:

    def _state_folder() -> str:
        from platformdirs import user_state_dir

        return user_state_dir("kubesim", appauthor=False)
