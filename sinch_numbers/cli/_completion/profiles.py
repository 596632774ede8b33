"""Names of profiles, as candidates for the value of an option."""

from contextlib import suppress


def profile_names() -> tuple[str, ...]:
    """Return the names of the configured profiles; must neither print nor raise an error."""
    with suppress(Exception):  # an unreadable file has no candidates
        from sinch_numbers._core.profiles import read_profiles

        return tuple(sorted(read_profiles().profiles))
    return ()
