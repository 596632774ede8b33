"""The sandbox that the vendor's SDKs are tried with, and the calls that it rejects by decision."""

from typing import Any

from sinch_numbers.testing._served import ServedSandbox

OURS, OTHER = "+12025550147", "+12025550148"
FREE, FOREIGN = "+13035550001", "+61491570199"

SWITCHES: dict[str, Any] = {"vendor_mock": True, "rent_policy": "legacy"}
"""With these, the sandbox accepts all that the SDKs' own test suites send."""

REJECTED = {"AU": "rent_policy", "relink": "vendor_mock", "secret": "vendor_mock"}
"""The notes of calls that are rejected by default, and the switch that accepts each."""


def shop(**settings: Any) -> ServedSandbox:
    """Return a sandbox with two rented numbers and some that are available."""
    served = ServedSandbox(numbers=0, stock=0, **settings)
    project = served.sandbox.project()
    project.add_active(phone_number=OURS)
    project.add_active(
        phone_number=OTHER,
        sms_configuration={"servicePlanId": "plan"},
        voice_configuration={"type": "RTC", "appId": "app"},
    )
    project.add_available(phone_number=FREE)
    project.add_available(phone_number=FOREIGN, region_code="AU", type="MOBILE")
    for _ in range(2):
        project.add_available()
    return served
