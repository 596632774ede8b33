"""ValueRepr: enums that are shown as their value."""


class ValueRepr:
    """Base class of enums whose `repr` is that of their value."""

    value: object

    def __repr__(self) -> str:
        return repr(self.value)
