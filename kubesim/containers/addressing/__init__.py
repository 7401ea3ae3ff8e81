"""Names and addresses in a cluster: its DNS, its Services, its network policies, its Ingresses."""
