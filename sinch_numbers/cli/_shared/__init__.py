"""Shared parts of commands: options, sessions, prompts, output files, exit codes."""
