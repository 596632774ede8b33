"""A secret shows itself nowhere but where it is asked to."""

import copy
import json
import logging
import pickle
import traceback

import attrs
import pytest

from sinch_numbers.models._secret import Secret

TEXT = "canary-5f0e-text"
MASK = "**********"


@attrs.frozen
class Holder:
    key: Secret


def _raise_with_locals() -> str:
    held, several = Secret(TEXT), [Secret(TEXT)]
    try:
        raise RuntimeError("something else broke", held, several)
    except RuntimeError as error:
        told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(told.format())


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(repr, f"Secret('{MASK}')", id="repr"),
        pytest.param(str, MASK, id="str"),
        pytest.param(lambda s: f"{s}", MASK, id="f-string"),
        pytest.param(lambda s: f"{s!r}", f"Secret('{MASK}')", id="f-string with repr"),
        pytest.param(lambda s: f"{s:>12}", f"  {MASK}", id="f-string with a width"),
        pytest.param("{:.3}".format, "***", id="format with a precision"),
        pytest.param(lambda s: "%s" % s, MASK, id="percent s"),  # noqa: UP031
        pytest.param(lambda s: "%r" % s, f"Secret('{MASK}')", id="percent r"),  # noqa: UP031
        pytest.param(ascii, f"Secret('{MASK}')", id="ascii"),
        pytest.param(
            lambda s: repr(Holder(s)), f"Holder(key=Secret('{MASK}'))", id="repr of attrs"
        ),
        pytest.param(
            lambda s: str(attrs.asdict(Holder(s))),
            f"{{'key': Secret('{MASK}')}}",
            id="attrs as a dictionary",
        ),
        pytest.param(
            lambda s: str([s, {s}]), f"[Secret('{MASK}'), {{Secret('{MASK}')}}]", id="in"
        ),
        pytest.param(lambda s: str(copy.copy(s)), MASK, id="copied"),
        pytest.param(lambda s: str(copy.deepcopy({"k": s})["k"]), MASK, id="copied deeply"),
    ],
)
def test_it_shows_its_mask(shown, expected):
    """Whatever turns objects into text gets ten stars."""
    assert expected == shown(Secret(TEXT))


def test_it_does_not_show_in_logs(caplog):
    """Neither as an argument nor among the attributes of a record."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("test").warning("key %s %r", Secret(TEXT), [Secret(TEXT)])

    assert MASK in caplog.text
    assert TEXT not in caplog.text
    assert TEXT not in repr([vars(record) for record in caplog.records])


def test_it_does_not_show_in_tracebacks_with_locals():
    """Error trackers print the variables of every frame."""
    told = _raise_with_locals()

    assert MASK in told
    assert TEXT not in told


def test_reveal_gives_the_text():
    """It is there to be used, after all."""
    assert Secret(TEXT).reveal() == TEXT


def test_a_secret_of_a_secret_is_the_same():
    """Wrapping twice does no harm: callers need not know."""
    assert Secret(Secret(TEXT)).reveal() == TEXT


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_not_pickled(protocol):
    """What is written to disk or sent to a worker holds no secret, nor does the refusal."""
    with pytest.raises(TypeError, match="not picklable") as refused:
        pickle.dumps({"key": Secret(TEXT)}, protocol)

    assert TEXT not in str(refused.value)


def test_it_is_no_json():
    """A careless dump is an error."""
    with pytest.raises(TypeError, match="not JSON serializable"):
        json.dumps({"key": Secret(TEXT)})


def test_it_has_no_dictionary_to_look_into():
    """`vars` shows nothing, and nothing can be put there."""
    with pytest.raises(TypeError):
        vars(Secret(TEXT))


def test_copies_are_the_same_object():
    """So one text is in memory once."""
    secret = Secret(TEXT)

    assert copy.copy(secret) is secret
    assert copy.deepcopy(secret) is secret


@pytest.mark.parametrize("text", ["", "a", TEXT, "ключ", "a\x00b"])
def test_it_equals_by_text(text):
    """Two secrets of the same text are equal and hash alike, non-ASCII included."""
    assert Secret(text) == Secret(text)
    assert hash(Secret(text)) == hash(Secret(text))
    assert Secret(text) != Secret(text + "x")


def test_it_does_not_equal_the_text_itself():
    """Comparing with plain text is comparing apples and pears."""
    assert Secret(TEXT) != TEXT


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param("", False, id="none"), pytest.param("x", True, id="some")]
)
def test_it_is_true_when_there_is_one(text, expected):
    """Whether a secret was given is no secret."""
    assert expected is bool(Secret(text))
