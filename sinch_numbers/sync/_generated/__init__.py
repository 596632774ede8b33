"""Sync twins, written by `tools/generate_sync.py`."""
