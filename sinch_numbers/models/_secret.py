"""Secret: a str that is masked in reprs and logs."""

import hmac
from collections.abc import Callable
from typing import Final, NoReturn

__all__ = ["Secret"]

_MASK: Final = "**********"


class Secret:
    """
    Secret str that is masked in reprs and logs; `reveal` returns the value.

    It cannot be pickled, and copies return the same object. Equality compares the values in
    constant time.

    Args:
        text: The secret value, or another secret.

    Example::

        secret = Secret("s3cret")
        print(secret, len(secret.reveal()))  # masked, 6
    """

    __slots__ = ("_text", "reveal")

    reveal: Callable[[], str]
    """Return the secret value."""

    def __init__(self, text: "str | Secret") -> None:
        self._text: Final = text.reveal() if isinstance(text, Secret) else text
        # A bound method of str is faster than one of this class, and each request reveals its
        # token. Other types are rejected where the secret is used, with the argument's name.
        is_text = isinstance(self._text, str)
        self.reveal = str.__str__.__get__(self._text) if is_text else lambda: self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Secret({_MASK!r})"

    def __str__(self) -> str:
        return _MASK

    def __format__(self, spec: str) -> str:
        return format(_MASK, spec)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memo: object) -> "Secret":
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not picklable; load it in each process instead")
