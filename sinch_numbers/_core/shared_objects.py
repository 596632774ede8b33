"""Objects that hold connections and credentials: never copied or pickled."""

from typing import NoReturn, Self

__all__ = ["SharedObject"]


class SharedObject:
    """
    An object with connections: its copies are the object itself, and it cannot be pickled.

    So settings that contain a client can be copied, as `dataclasses.asdict` and pydantic do.
    """

    __slots__ = ()

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: it has connections and an access key; "
            "create the client in each process, from arguments that can be pickled, with the "
            "key from the environment"
        )
