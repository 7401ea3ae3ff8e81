"""Benchmarks: how long commands and rollouts take. They print, and never fail."""
