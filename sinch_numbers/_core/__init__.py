"""How one call is made: authentication, retries, rate limit, transport, serialization."""
