"""A rollout as a picture: how many pods were ready at each instant, against how many there had to be.

``recorder`` makes the ``model`` of the changes of a cluster; ``verdict`` judges it; ``terminal``, ``svg``, ``tables``
and ``trace`` render it.  Nothing here knows of files or command lines.
"""
