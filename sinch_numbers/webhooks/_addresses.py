"""Source IP addresses of webhooks, with support for trusted proxies."""

from collections.abc import Iterable, Mapping
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.webhooks._events import SOURCE_ADDRESSES

__all__ = ["AllowList"]

_ADDRESSES = IPv4Address | IPv6Address | IPv4Network | IPv6Network


class AllowList:
    """
    Allowed source addresses for webhooks; by default those of the service.

    The address is that of the other end of the connection. Behind a proxy that is the proxy: list
    it in *trusted_proxies*, and the last address in ``X-Forwarded-For`` that isn't a trusted proxy
    is used. Never list a network that others can send from: they could claim any address. The
    service may change its addresses without notice, and only the signature proves the origin of a
    webhook; an allow list only reduces noise.

    Args:
        addresses: Allowed addresses and networks (default: those of the service).
        trusted_proxies: Addresses and networks of your proxies.

    Raises:
        InvalidArgumentError: A value is neither an address nor a network.

    Example::

        allow = AllowList(trusted_proxies=["10.0.0.0/8"])
        print(allow.allows("10.0.0.7", "54.76.19.159"))
    """

    def __init__(
        self,
        addresses: Iterable[str] = SOURCE_ADDRESSES,
        *,
        trusted_proxies: Iterable[str] = (),
    ) -> None:
        self._allowed = _networks(addresses, "addresses")
        self._proxies = _networks(trusted_proxies, "trusted_proxies")

    def allows(self, peer: str | None, forwarded_for: str | None = None) -> bool:
        """
        Whether a webhook is allowed from *peer*, the other end of the connection.

        *forwarded_for* is the value of the header ``X-Forwarded-For``, multiple values joined by
        commas; it is only used when *peer* is a trusted proxy.

        Args:
            peer: Address of the other end of the connection.
            forwarded_for: Value of the header ``X-Forwarded-For``.
        """
        source = _address(peer)
        claims = [claim.strip() for claim in (forwarded_for or "").split(",")]
        while source is not None and _within(source, self._proxies) and claims and claims[-1]:
            source = _address(claims.pop())
        return source is not None and _within(source, self._allowed)


def _networks(values: Iterable[str], argument: str) -> tuple[IPv6Network, ...]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise InvalidArgumentError(argument, "a list of addresses or networks", values)
    networks = []
    for value in values:
        try:
            # Not other types: numbers are addresses, too.
            network = ip_network(value) if isinstance(value, str | _ADDRESSES) else None
        except ValueError:
            network = None
        if network is None:
            raise InvalidArgumentError(argument, "addresses or networks", value)
        if network.version == 4:
            # Everything as IPv6: the same peer appears as v4 or v6, depending on the socket.
            base = _mapped(network.network_address)
            networks.append(IPv6Network((base, 96 + network.prefixlen)))
        else:
            networks.append(network)
    return tuple(networks)


def _address(value: str | None) -> IPv6Address | None:
    try:
        return _mapped(ip_address(value or ""))
    except ValueError:
        return None


def _mapped(address: IPv4Address | IPv6Address) -> IPv6Address:
    return address if isinstance(address, IPv6Address) else IPv6Address(f"::ffff:{address}")


def _within(address: IPv6Address, networks: tuple[IPv6Network, ...]) -> bool:
    return any(address in network for network in networks)
