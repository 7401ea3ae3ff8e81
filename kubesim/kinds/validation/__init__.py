"""What is wrong with an object: a file a kind, imported when the kind's ``validate`` is called, never with the kind.

A file has the kind's rules for creates (``validate_KIND``) and, where they differ, for updates
(``validate_KIND_update``).  ``workload`` and ``addresses`` have rules that several kinds share; those of pod templates
are in ``kinds/pod_spec``.
"""
