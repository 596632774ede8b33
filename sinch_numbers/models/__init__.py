"""Request and response models: immutable attrs classes."""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
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
    from sinch_numbers.models._numbers import *
    from sinch_numbers.models._orders import *
    from sinch_numbers.models._qualified import *
    from sinch_numbers.models._regions import *
    from sinch_numbers.models._serializable import *
    from sinch_numbers.models._sms import *
    from sinch_numbers.models._states import *
    from sinch_numbers.models._voice import *

attach(__name__)
