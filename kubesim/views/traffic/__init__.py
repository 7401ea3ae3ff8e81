"""What became of a stream of requests to a Service.

It is recorded from what a cluster lives through, an instant at a time: live, by a follower, or from a life that is led
again.
"""
