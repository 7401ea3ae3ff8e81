"""What the servers of well-known images answer over HTTP, a file a family. Each knows a ``Site`` and no cluster."""
