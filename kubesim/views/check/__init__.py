"""What a change of manifests would do to a cluster that runs the old ones: lived through in memory, and judged.

``report`` is the way in.  ``trial`` is the life: the old objects are applied and come to rest, the new ones are
applied, and the cluster goes on until every rollout is done or stuck.  ``judgement`` makes findings of it, ``bounds``
those of what is asked for besides.  ``page``, ``data``, ``junit`` and ``annotations`` render a report.  Nothing here
knows of command lines and files: how an object is applied, and where it stands in its file, comes with it.
"""
