"""Access tokens: the cache and the OAuth endpoint."""
