"""The glossary has all acronyms, and is sorted, short, and names fields that the API has."""

import re

from products import every
from snippets import DOCS, ROOT

PAGE = DOCS / "reference" / "glossary.md"
ENTRIES = dict(
    re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
)
DESCRIPTIONS = "".join(
    file.read_text(encoding="utf-8")
    for file in sorted((ROOT / "tests/data").glob("*.openapi.json"))
)
ACRONYMS = {
    *("10DLC", "CSP", "DCA", "E.164", "E911", "EST", "HMAC", "KYC", "LOA", "MMS", "MNO", "NNID"),
    *("OSR", "RTC", "SIP", "TCR", "TFN"),
}
"""Acronyms of telephony and of the API, which have an entry."""


def sentences(entry: str) -> int:
    """Count the sentences of an entry, without its line of API names."""
    text = " ".join(entry.partition("\nAPI: ")[0].split())
    return len(re.findall(r"\.(?= [A-Z]|$)", text))


@every("acronym", sorted(ACRONYMS))
def test_acronyms_are_explained(acronym: str) -> None:
    """Each acronym has an entry."""
    assert acronym in ENTRIES


def test_entries_are_sorted() -> None:
    """Digits first, then letters of any case."""
    assert sorted(ENTRIES, key=str.casefold) == list(ENTRIES)


@every("term", ENTRIES)
def test_entries_are_short(term: str) -> None:
    """One or two sentences each."""
    assert sentences(ENTRIES[term]) in (1, 2)


@every("term", ENTRIES)
def test_names_of_the_api_exist(term: str) -> None:
    """Each name in an entry's line of API names is in a description of the API."""
    _, _, line = ENTRIES[term].partition("API: ")
    names = re.findall(r"`(\w+)`", line)

    assert names or term == "Brand"
    assert [] == [name for name in names if not re.search(rf"\b{name}\b", DESCRIPTIONS)]
