"""What a container's program comes to, found without running anything.

A script is walked with a clock of its own (ms since the container started): ``sleep`` moves it, and what the script
does to files, prints and waits for is noted with its instant.  A value that cannot be known is None, and so is a
status; what is then taken for it is decided in ``kubesim.containers.plausible`` and nowhere else.
"""
