"""Core of a call: authentication, retries, rate limit, transport, serialization."""
