"""What a change of a workload comes to, before it is made: its numbers, its revision, and each step that follows.

``arithmetic`` puts into words what the controller's own arithmetic gives; ``changes`` says what sort of change it is;
``rehearsal`` makes it in a life that nobody saves and notes the steps: nothing is worked out twice.
"""
