"""Audit history: stored runs, the differences between them, and their trend."""
