"""Where the reference of the second host spells a word in two ways, both are the same member."""

import pickle

import pytest

from sinch_numbers.models import GlobalProcessState, HostingStatus, LoaType


@pytest.mark.parametrize("state", GlobalProcessState)
def test_a_state_has_a_long_and_a_short_name(state):
    """With the prefix and without; what is sent has it."""
    short = state.value.removeprefix("GLOBAL_PROCESS_STATE_")

    assert state is GlobalProcessState(short)
    assert state.startswith("GLOBAL_PROCESS_STATE_")


@pytest.mark.parametrize("word", ["Direct", "DIRECT", "direct"])
def test_a_letter_is_of_its_type_in_any_case(word):
    """Schema and examples differ in it."""
    assert LoaType.DIRECT is LoaType(word)


@pytest.mark.parametrize(
    ("number", "status"),
    [("0", HostingStatus.UNSPECIFIED), ("1", HostingStatus.HOSTED), ("2", HostingStatus.FAILED)],
)
def test_a_status_has_a_number(number, status):
    """The reference gives words and numbers."""
    assert status is HostingStatus(number)


@pytest.mark.parametrize("words", [GlobalProcessState, LoaType, HostingStatus])
@pytest.mark.parametrize("word", ["3", "-1", "GLOBAL_PROCESS_STATE_", "NEW", ""])
def test_other_words_stay_what_they_are(words, word):
    """Members of their own, that travel."""
    member = words(word)

    assert (word, False) == (member, member.known)
    assert member == pickle.loads(pickle.dumps(member))
    assert type(member) is words
