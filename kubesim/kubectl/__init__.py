"""kubectl's words, without a command line."""
