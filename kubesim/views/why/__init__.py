"""Why an object is not as it is wanted: the cause at its root, what still serves, what happens by itself, the repair.

``answers`` is the way in.  It walks from an object to what the object depends on: a Deployment to its new ReplicaSet,
that to its pods, those to their nodes, volumes, images and probes.  A cause is a function that gets what it needs to
know and answers a ``Cause`` or None; the tables of them (``pods``, ``workloads``, ...) are in order, and the first that
applies counts.  What will happen by itself is not worked out but lived: ``forecast`` lets a life that nobody saves go
on, and watches it.
"""
