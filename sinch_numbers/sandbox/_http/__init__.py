"""The HTTP server, and its control functions for tests."""
