"""Why workloads are not as they are wanted: a file for each kind, over the causes of their pods."""
