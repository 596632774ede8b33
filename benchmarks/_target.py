"""Target: a server, and the project there."""

from dataclasses import dataclass

REALISTIC = "realistic"  # as in `_inventories`, which clients don't need to import


@dataclass(frozen=True)
class Target:
    """Server, project, inventory, and round trip, the same for every contender."""

    url: str
    numbers: int = 20_000
    latency_ms: int = 0
    inventory: str = REALISTIC
    project: str = ""
    """The project ID if it isn't derived from the fields above, as in the sandbox."""
    auth_url: str = ""
    """The URL of the token endpoint, if it is on another server."""
    key_id: str = "benchmark"
    key_secret: str = "benchmark"

    @property
    def project_id(self) -> str:
        """Return the ID that selects inventory, size, and latency on the canned server."""
        return self.project or f"{self.numbers}-{self.inventory}-numbers-{self.latency_ms}-ms"

    @property
    def numbers_url(self) -> str:
        """Return the URL prefix of the project."""
        return f"{self.url}/v1/projects/{self.project_id}"

    @property
    def token_url(self) -> str:
        """Return the URL of the token endpoint."""
        return f"{self.auth_url or self.url}/oauth2/token"
