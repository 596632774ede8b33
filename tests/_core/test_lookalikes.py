"""Look-alike and invisible characters are escaped, visible text is unchanged."""

import unicodedata

import pytest
from hypothesis import strategies as st
from products import every, examples

from sinch_numbers._core.lookalikes import contrast, visible

DECOMPOSED = unicodedata.normalize("NFD", "Büro")
HIDDEN = {
    "decomposed letters": (DECOMPOSED, r"Bu\u0308ro"),
    "decomposed Hangul": (unicodedata.normalize("NFD", "한"), r"\u1112\u1161\u11ab"),
    "another letter for the same": ("\u212b", r"\u212b"),
    "a no-break space": ("Front\xa0desk", r"Front\xa0desk"),
    "a narrow no-break space": ("10\u202f000", r"10\u202f000"),
    "an en space": ("a\u2002b", r"a\u2002b"),
    "a zero-width space": ("a\u200bb", r"a\u200bb"),
    "a joiner between Latin letters": ("a\u200db", r"a\u200db"),
    "a joiner at the end": ("\u06cc\u200c", "\u06cc\\u200c"),
    "a soft hyphen": ("a\xadb", r"a\xadb"),
    "a filler": ("a\u3164\u2800", r"a\u3164\u2800"),
    "a grapheme joiner": ("a\u034fb", r"a\u034fb"),
    "a trailing space": ("desk ", r"desk\x20"),
    "a leading space": (" desk", r"\x20desk"),
    "two spaces": ("a  b", r"a \x20b"),
    "spaces only": ("  ", r"\x20\x20"),
    "a line break": ("a\nb", r"a\nb"),
    "a direction": ("a\u202eb", r"a\u202eb"),
    "half a character": ("\ud800", r"\ud800"),
}
SHOWN = [
    *(
        "",
        "Front desk",
        "Zoë",
        "Büro München",
        "受付",
        "株式会社\u3000山田",
        "Анна",
        "Ολγα",
        "한국",
    ),
    *(
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "क्षेत्र",
        "👩\u200d🚒",
        "☎️",
        "C:\\temp",
        "a-b \u2013 c",
        "\u0661\u0662",
    ),
]
ALIKE = {
    "decomposed letters": ("Büro", DECOMPOSED, r"B\xfcro", r"Bu\u0308ro"),
    "a no-break space": ("a\xa0b", "a b", r"a\xa0b", "a b"),
    "an ideographic space": ("a\u3000b", "a b", r"a\u3000b", "a b"),
    "a hyphen": ("a\u2010b", "a-b", r"a\u2010b", "a-b"),
    "a dash": ("a\u2013b", "a\u2014b", r"a\u2013b", r"a\u2014b"),
    "a minus sign": ("\u22121", "-1", r"\u22121", "-1"),
    "Arabic digits": ("\u0661\u0662", "12", r"\u0661\u0662", "12"),
    "Persian and Arabic digits": ("\u0661", "\u06f1", r"\u0661", r"\u06f1"),
    "full-width digits": ("\uff11", "1", r"\uff11", "1"),
    "a Cyrillic letter": ("\u0410cme", "Acme", r"\u0410cme", "Acme"),
    "a Greek letter": ("Acm\u03b5\u03bf", "Acm\u03b5o", "Acm\u03b5\\u03bf", "Acm\u03b5o"),
    "a letter in other text": ("Zoë \u0410 1", "Zoë A 2", r"Zoë \u0410 1", "Zoë A 2"),
    "a typographic apostrophe": ("O\u2019Neil", "O'Neil", r"O\u2019Neil", "O'Neil"),
    "an escape": (r"a\xa0b", "a\xa0b", r"a\\xa0b", r"a\xa0b"),
    "a ligature": ("\ufb01x", "fix", r"\ufb01x", "fix"),
    "a joiner": ("👩\u200d🚒", "👩🚒", r"\U0001f469\u200d🚒", r"\U0001f469🚒"),
    "a variation selector": ("☎\ufe0f", "☎", r"\u260e\ufe0f", r"\u260e"),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_characters_are_escaped(name: str) -> None:
    """Characters that a screen doesn't show are escaped in every text."""
    text, shown = HIDDEN[name]

    assert shown == visible(text)
    assert "" == contrast(text, text).hint
    assert shown == contrast(text, "something else").one


@every("text", SHOWN)
def test_what_is_shown_stays(text: str) -> None:
    """Text of all scripts, emoji, and backslashes are left as they are."""
    assert text == visible(text)


def test_spaces_at_the_ends_can_stay() -> None:
    """Parts of a sentence keep the spaces that join them."""
    assert [", ", " a "] == [visible(text, ends=False) for text in (", ", " a ")]


@pytest.mark.parametrize("name", ALIKE)
def test_texts_that_look_alike_are_told_apart(name: str) -> None:
    """Characters that look alike and differ are escaped in both, and their code points named."""
    one, other, first, second = ALIKE[name]
    seen = contrast(one, other)

    assert (first, second) == (seen.one, seen.other)
    assert seen.hint.startswith("look alike: U+") or name == "an escape"
    turned = contrast(other, one)
    assert (second, first) == (turned.one, turned.other)


@every(
    ("one", "other", "hint"),
    [
        ("\u0410", "A", "U+0410 CYRILLIC CAPITAL LETTER A and U+0041 LATIN CAPITAL LETTER A"),
        ("plan-l", "plan-I", "U+006C LATIN SMALL LETTER L and U+0049 LATIN CAPITAL LETTER I"),
        ("A0", "AO", "U+0030 DIGIT ZERO and U+004F LATIN CAPITAL LETTER O"),
        ("u\u0308", "ü", "U+0075 U+0308 and U+00FC LATIN SMALL LETTER U WITH DIAERESIS"),
    ],
)
def test_code_points_are_named(one: str, other: str, hint: str) -> None:
    """The hint names both code points, also of ASCII characters, which are not escaped."""
    assert f"look alike: {hint}" == contrast(one, other).hint


@every(
    ("one", "other"),
    [
        ("Front desk", "Back office"),
        ("Büro", "Buro"),
        ("ABC", "abc"),
        ("\u0410\u043d\u043d\u0430", "\u041e\u043b\u044c\u0433\u0430"),
        ("a", ""),
    ],
)
def test_visible_differences_are_left(one: str, other: str) -> None:
    """Texts that look different are not escaped."""
    seen = contrast(one, other)

    assert (one, other, "") == (seen.one, seen.other, seen.hint)


_TEXT = st.text(
    st.one_of(
        st.sampled_from(
            "aA\u043e\u041eoO0lI1u\u0308ü \xa0\u200b\u200d-\u2013\u0661\u0410\u1112\u1161"
        ),
        st.characters(),
    ),
    max_size=12,
)


@examples(200, 4_000, 20_000, one=_TEXT, other=_TEXT)
def test_different_texts_look_different(one: str, other: str) -> None:
    """No text that is escaped has a hidden character left, and no difference gets lost."""
    seen = contrast(one, other)

    for shown in (seen.one, seen.other):
        assert unicodedata.is_normalized("NFC", shown)
        assert shown == visible(shown)
    assert (one == other) == (seen.one == seen.other)


def test_long_texts_take_bounded_time() -> None:
    """Of long texts, a part is aligned, from the first difference on."""
    seen = contrast("\u0410" * 10_000, "A" * 10_000)
    later = contrast("ü" * 10_000 + "\u0410" + "ü" * 10_000, "ü" * 10_000 + "A" + "ü" * 10_000)

    assert seen.one.startswith(r"\u0410")
    assert "ü" * 10_000 + r"\u0410" + "ü" * 10_000 == later.one
    assert seen.hint == later.hint
