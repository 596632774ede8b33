"""Notifications about calls, for tracing and metrics."""
