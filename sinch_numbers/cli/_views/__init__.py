"""How commands show their results."""
