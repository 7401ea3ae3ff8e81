"""The command line: a file a verb, kubectl's words, one error boundary (main.py)."""
