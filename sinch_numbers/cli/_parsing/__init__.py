"""Parsing of the command line: options anywhere, checked values, suggestions."""
