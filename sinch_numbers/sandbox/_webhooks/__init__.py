"""Signed event payloads and their delivery."""
