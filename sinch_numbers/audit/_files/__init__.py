"""Input files of an audit: expectations in CSV, JSON, YAML, or TOML."""
