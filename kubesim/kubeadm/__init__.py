"""How a cluster begins."""
