"""``kubesim create`` and its sub-commands."""
