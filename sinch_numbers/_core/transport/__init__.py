"""One HTTP exchange: the protocol, aiohttp, timeouts."""
