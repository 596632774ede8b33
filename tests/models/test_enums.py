"""The word lists are open: a new word is a member of its own, and leaves no trace."""

import copy
import json
import pickle

import pytest
from hypothesis import strategies as st
from products import every, examples, product

from sinch_numbers.models import (
    Capability,
    NumberType,
    OpenEnum,
    VoiceType,
)

LISTS = OpenEnum.__subclasses__()


def _matched(word: NumberType) -> str:
    match word:
        case NumberType.LOCAL:
            return "local"
        case NumberType.MOBILE | NumberType.TOLL_FREE:
            return "elsewhere"
        case NumberType(value="SATELLITE"):
            return "in orbit"
        case _:
            return "new"


@every("words", LISTS)
def test_known_words_are_members(words):
    """They are the one object that the class names, and know it."""
    for member in words:
        assert words(member.value) is member
        assert words(member) is member
        assert member.known is True


@every("words", LISTS)
def test_known_words_travel_as_the_same_object(words):
    """Pickles and copies of members are the members."""
    for member in words:
        assert pickle.loads(pickle.dumps(member)) is member
        assert copy.deepcopy(member) is member


@product(
    word=["NEW_WORD", "local", "", "ünï", "known", "value", "a b"],
    words={words.__name__: words for words in LISTS},
    # The code path: the class whose `_missing_` makes the member.
    classes={"words": {cls.__name__: cls._missing_.__qualname__ for cls in LISTS}},
)
def test_an_unknown_word_is_a_member_of_its_own(words, word):
    """It has the class and the text, and does not pretend to be known."""
    member = words(word)

    assert type(member) is words
    assert member.known is False
    assert (member.name, member.value, str(member)) == (word, word, word)
    assert repr(word) == repr(member)


@every("words", LISTS)
def test_an_unknown_word_compares_by_its_text(words):
    """It equals its text and its like, and is found by both."""
    member = words("NEW_WORD")

    assert words("NEW_WORD") == member
    assert member == "NEW_WORD"
    assert hash(member) == hash("NEW_WORD")
    assert {member: 1}["NEW_WORD"] == 1
    assert words("NEWER_WORD") != member
    assert member not in set(words)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_an_unknown_word_travels(protocol):
    """Pickled and copied it keeps class and text."""
    for twin in (
        pickle.loads(pickle.dumps(NumberType("NEW"), protocol)),
        copy.copy(NumberType("NEW")),
        copy.deepcopy([NumberType("NEW")])[0],
    ):
        assert type(twin) is NumberType
        assert twin == "NEW"
        assert twin.known is False


@examples(10, 50, words=st.lists(st.text(), max_size=20))
def test_the_list_does_not_grow(words):
    """Whatever a server makes up, the class stays as it is: no leak, no new members."""
    before = (list(NumberType), dict(NumberType.__members__), len(NumberType._value2member_map_))

    made = [NumberType(word) for word in words]

    assert words == made
    assert before == (
        list(NumberType),
        dict(NumberType.__members__),
        len(NumberType._value2member_map_),
    )


@pytest.mark.parametrize("value", [None, 5, 1.5, True, b"LOCAL", ["LOCAL"], ("LOCAL",)])
def test_only_text_is_a_word(value):
    """A wrong type is an error as in any enumeration."""
    with pytest.raises(ValueError, match="not a valid NumberType"):
        NumberType(value)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param(NumberType.LOCAL, "local", id="known"),
        pytest.param(NumberType("LOCAL"), "local", id="known, read from text"),
        pytest.param(NumberType("MOBILE"), "elsewhere", id="one of several"),
        pytest.param(NumberType("SATELLITE"), "in orbit", id="unknown, matched by its text"),
        pytest.param(NumberType("NEW"), "new", id="unknown"),
    ],
)
def test_words_match(word, expected):
    """In match statements a new word falls through to the last case."""
    assert expected == _matched(word)


@pytest.mark.parametrize("word", [Capability.SMS, Capability("FAX")], ids=["known", "unknown"])
def test_words_are_text(word):
    """They format, join, sort and dump as the API wrote them."""
    assert json.loads(json.dumps([word])) == [word.value]
    assert f"{word}" == word.value
    assert "".join([word]) == word.value
    assert sorted([word, "A"]) == ["A", word.value]


def test_lists_do_not_mix():
    """The same word in two lists is the same text, in two classes."""
    assert type(VoiceType("SMS")) is VoiceType
    assert VoiceType("SMS").known is False
    assert Capability("SMS").known is True
    assert VoiceType("SMS") == Capability.SMS
