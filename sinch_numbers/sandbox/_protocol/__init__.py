"""Authentication, errors, faults, throttling and clock of the service."""
