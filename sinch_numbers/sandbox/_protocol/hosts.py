"""Loopback host names and addresses."""

from ipaddress import ip_address

__all__ = ["is_loopback"]


def is_loopback(host: str) -> bool:
    """Return whether *host* (without a port) is a loopback name or address."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    # Releases of Python disagree about an IPv4 address in an IPv6 address.
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None
