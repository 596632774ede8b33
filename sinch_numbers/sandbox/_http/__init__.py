"""HTTP server and control routes for tests."""
