"""Protection of calls that cost money."""
