"""Rendering of command results."""
