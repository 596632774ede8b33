"""The operations of the API, one class a collection."""

from typing import TYPE_CHECKING, Any

from sinch_numbers.lazy import loading

if TYPE_CHECKING:
    from sinch_numbers.endpoints.active_numbers import ActiveNumbers
    from sinch_numbers.endpoints.available_numbers import AvailableNumbers
    from sinch_numbers.endpoints.available_regions import AvailableRegions
    from sinch_numbers.endpoints.callback_configuration import CallbackConfigurations
    from sinch_numbers.endpoints.emergency_address import EmergencyAddresses
    from sinch_numbers.endpoints.hosting_orders import HostingOrders
    from sinch_numbers.endpoints.imported_numbers import ImportedNumbers
    from sinch_numbers.endpoints.number_orders import NumberOrders
    from sinch_numbers.endpoints.qualified_numbers import QualifiedNumbers

__all__ = [
    "ActiveNumbers",
    "AvailableNumbers",
    "AvailableRegions",
    "CallbackConfigurations",
    "EmergencyAddresses",
    "HostingOrders",
    "ImportedNumbers",
    "NumberOrders",
    "QualifiedNumbers",
]

_find = loading(
    __name__,
    __all__,
    (
        "active_numbers",
        "available_numbers",
        "available_regions",
        "callback_configuration",
        "emergency_address",
        "hosting_orders",
        "imported_numbers",
        "number_orders",
        "qualified_numbers",
    ),
)


def __getattr__(name: str) -> Any:
    return _find(name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
