"""Source addresses of webhooks."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

from sinch_numbers.errors import InvalidArgumentError
from sinch_numbers.webhooks._events import SOURCE_ADDRESSES

__all__ = ["AllowList"]


class AllowList:
    """
    The addresses that webhooks are taken from: by default those of the service.

    What counts is who is at the other end of the connection. Behind a proxy that is the
    proxy: name it in *trusted_proxies*, and the last address in ``X-Forwarded-For`` that is
    not a trusted proxy's counts. Never name a network that others can send from: they could
    claim any address. The service may change its addresses without notice, and the signature
    is what proves where a webhook comes from; this only keeps noise out.

    Raises `InvalidArgumentError` for what is neither an address nor a network.
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
        Whether a webhook may come from *peer*, the other end of the connection.

        *forwarded_for* is the value of the header ``X-Forwarded-For``, several joined by
        commas; it only counts when *peer* is a trusted proxy.
        """
        source = _address(peer)
        claims = [claim.strip() for claim in (forwarded_for or "").split(",")]
        while source is not None and _within(source, self._proxies) and claims and claims[-1]:
            source = _address(claims.pop())
        return source is not None and _within(source, self._allowed)


def _networks(values: Iterable[str], argument: str) -> tuple[IPv6Network, ...]:
    if isinstance(values, str):
        raise InvalidArgumentError(argument, "several addresses or networks", values)
    networks = []
    for value in values:
        try:
            network = ip_network(value)
        except ValueError:
            network = None
        if network is None:
            raise InvalidArgumentError(argument, "addresses or networks", value)
        if network.version == 4:
            # All as IPv6: the same peer shows as either, depending on the socket.
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
