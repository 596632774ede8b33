"""Target: a server, and the project there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """Where the numbers are, how many, and how far away; for every contender the same."""

    url: str
    numbers: int = 20_000
    latency_ms: int = 0
    project: str = ""
    """The project's id where it does not follow from that, as in the sandbox."""
    auth_url: str = ""
    """The token service, where it has an address of its own."""
    key_id: str = "benchmark"
    key_secret: str = "benchmark"

    @property
    def project_id(self) -> str:
        """Return the id that makes the canned server hold these numbers."""
        return self.project or f"{self.numbers}-numbers-{self.latency_ms}-ms"

    @property
    def numbers_url(self) -> str:
        """Return what all paths of the project start with."""
        return f"{self.url}/v1/projects/{self.project_id}"

    @property
    def token_url(self) -> str:
        """Return where a key is traded for a token."""
        return f"{self.auth_url or self.url}/oauth2/token"
