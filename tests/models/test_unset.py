"""UNSET is a singleton, also after copying and pickling, and is falsy."""

import copy
import pickle

import pytest

from sinch_numbers.models._unset import UNSET, Unset


@pytest.mark.parametrize(
    "passed_on",
    [
        pytest.param(copy.copy, id="copied"),
        pytest.param(copy.deepcopy, id="copied deeply"),
        pytest.param(lambda value: pickle.loads(pickle.dumps(value)), id="pickled"),
        pytest.param(lambda _: Unset.UNSET, id="looked up in its class"),
        pytest.param(lambda value: copy.deepcopy([value])[0], id="copied in a list"),
    ],
)
def test_there_is_only_one(passed_on):
    """However it travels it stays the same object, so that `is` can ask for it."""
    assert passed_on(UNSET) is UNSET


def test_its_class_has_no_other_member():
    """Type checkers narrow by it, because it is an enumeration of one."""
    assert list(Unset) == [UNSET]


def test_it_is_falsy_but_is_neither_none_nor_empty():
    """The three states of a field are three different things."""
    assert not UNSET
    assert UNSET != None  # noqa: E711 - the comparison is what is asked about
    assert UNSET != ""
    assert UNSET is not False


def test_it_reads_as_its_name():
    """Signatures in the help show the word that one writes."""
    assert repr(UNSET) == "UNSET"
