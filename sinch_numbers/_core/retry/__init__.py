"""Retry policies, and how ambiguous outcomes are resolved."""
