"""How requests reach pods: where kube-proxy sends them, what the servers there do, and what becomes of a stream.

Nothing here knows a cluster: instants (ms) go in, and counts come out.
"""
