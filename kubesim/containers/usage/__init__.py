"""What containers use of cpu and memory: a function of the cluster and of an instant, so that nothing has to tick.

A container uses what programs of its family use when idle, what its own program is there to use up, and its part of
the load that a user put on its workload.  ``metrics_api.py`` serves that as a metrics-server does.
"""
