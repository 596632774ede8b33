"""State of the second host: imported numbers and hosting orders."""
