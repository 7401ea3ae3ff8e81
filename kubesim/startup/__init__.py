"""Stand-ins for parts of the standard library whose import takes longer than most commands: they work alike.

``docs/performance.md`` has what each costs. Only what a command line needs to start is here; elsewhere the standard
library's own are used.
"""
