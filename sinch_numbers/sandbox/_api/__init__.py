"""API operations: routes, request bodies, responses."""
