"""The shell's language, as POSIX has it with what bash adds and scripts use: text in, a tree out.

``parser.parse`` reads a script, ``syntax`` is the tree.  Nothing here runs anything: what a script comes to is
``kubesim.containers.evaluation``'s.
"""
