"""What is seen of a cluster's life beyond kubectl's words."""
