"""Concurrency and pace of requests."""
