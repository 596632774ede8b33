"""Changes that a request makes to a number."""

import attrs

from sinch_numbers.sandbox._state.links import SmsLink, VoiceLink

__all__ = ["Change"]


@attrs.frozen(kw_only=True)
class Change:
    """Requested changes; ``None`` leaves a field unchanged, links can be cleared."""

    display_name: str | None = None
    callback_url: str | None = None
    sms: SmsLink | None = None
    voice: VoiceLink | None = None
    erase_sms: bool = False
    erase_voice: bool = False
