"""``kubesim apply`` and its sub-commands."""
