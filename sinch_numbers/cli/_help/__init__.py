"""Help pages of the commands."""
