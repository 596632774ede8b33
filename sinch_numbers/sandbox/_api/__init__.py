"""The operations: routes, request bodies, responses."""
