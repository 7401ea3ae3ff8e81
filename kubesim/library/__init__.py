"""The public library: ``kubesim.Cluster`` and what it gives."""
