"""What commands share: options, sessions, prompts, output files, exit codes."""
