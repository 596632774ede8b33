"""
The async-first Python SDK for the Sinch Numbers APIs.

Importing it is cheap: what a name needs is loaded when the name is first used.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach
from sinch_numbers._core.retry.backoff_package import require_backoff
from sinch_numbers._version import __version__ as __version__

if TYPE_CHECKING:
    from sinch_numbers._client.bodies.documents import *
    from sinch_numbers._client.client import *
    from sinch_numbers._client.open_requests import *
    from sinch_numbers._client.prices import *
    from sinch_numbers._client.provisioning import *
    from sinch_numbers._client.wait_results import *
    from sinch_numbers._core.auth.cache import *
    from sinch_numbers._core.billing.journal import *
    from sinch_numbers._core.billing.recovery import *
    from sinch_numbers._core.billing.register import *
    from sinch_numbers._core.captured import *
    from sinch_numbers._core.items import *
    from sinch_numbers._core.observing.events import *
    from sinch_numbers._core.observing.observer import *
    from sinch_numbers._core.pagination import *
    from sinch_numbers._core.progress import *
    from sinch_numbers._core.progress_events import *
    from sinch_numbers._core.retry.policy import *
    from sinch_numbers._core.serialization.jsonable import *
    from sinch_numbers._core.transport.base import *
    from sinch_numbers._core.transport.default import *
    from sinch_numbers.errors import *
    from sinch_numbers.models._callbacks import *
    from sinch_numbers.models._details import *
    from sinch_numbers.models._emergency import *
    from sinch_numbers.models._enum_inputs import *
    from sinch_numbers.models._enums import *
    from sinch_numbers.models._error_codes import *
    from sinch_numbers.models._events import *
    from sinch_numbers.models._explaining import *
    from sinch_numbers.models._fields import *
    from sinch_numbers.models._hosting import *
    from sinch_numbers.models._imported import *
    from sinch_numbers.models._letters import *
    from sinch_numbers.models._mapping_inputs import *
    from sinch_numbers.models._number_status import *
    from sinch_numbers.models._numbers import *
    from sinch_numbers.models._orders import *
    from sinch_numbers.models._qualified import *
    from sinch_numbers.models._regions import *
    from sinch_numbers.models._secret import *
    from sinch_numbers.models._serializable import *
    from sinch_numbers.models._sms import *
    from sinch_numbers.models._states import *
    from sinch_numbers.models._unset import *
    from sinch_numbers.models._voice import *
    from sinch_numbers.sync._generated.client import *
    from sinch_numbers.sync._pager import *

require_backoff()

_PACKAGES = frozenset(
    (
        "audit",
        "errors",
        "exports",
        "inventory",
        "models",
        "operations",
        "ordering",
        "otel",
        "sandbox",
        "store",
        "sync",
        "testing",
        "webhooks",
    )
)
"""Public modules, which are also attributes."""


attach(__name__, modules=_PACKAGES)
