"""An API server for any client: HTTP over ``rest``, on one cluster that is kept open.

The state file stays the truth: what was acknowledged is in it, and whatever another process saves there is taken up.
Nothing here is imported unless somebody serves; uvicorn and wsproto come with the extra ``kubesim[serve]``.
"""
