"""Deployments as they live, in place: their ReplicaSets, a cell for each pod, conditions, the latest events.

``scene`` is what is shown at an instant, ``film`` all scenes from the journal's past on, ``player`` moves through them,
``screen`` draws them, ``lines`` prints them where there is no terminal.
"""
