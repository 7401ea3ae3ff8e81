"""Tables about kinds that tools make: the first line of each says which."""
