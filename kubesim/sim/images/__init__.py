"""Images: what they are called, which there are, what runs in their containers.

``name`` has names and nothing else; ``behaviour`` what a container may do; ``tools`` which programs images have.  How
an image of a pod behaves in the end is ``kubesim.sim.runtime``'s to say.
"""
