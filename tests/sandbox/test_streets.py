"""Standard spelling of streets."""

from products import every

from sinch_numbers.sandbox._state.street_types import (
    CANADIAN_TYPES,
    DIRECTIONS,
    FRENCH_DIRECTIONS,
    FRENCH_TYPES,
    STREET_TYPES,
)
from sinch_numbers.sandbox._state.streets import candidates, is_known, standard

# The usual words, from the published tables and not from the sandbox's.
TYPES = dict(
    pair.split()
    for pair in """
Alley Aly; Avenue Ave; Boulevard Blvd; Bridge Brg; Bypass Byp; Causeway Cswy; Center Ctr;
Circle Cir; Court Ct; Cove Cv; Creek Crk; Crescent Cres; Crossing Xing; Drive Dr;
Estates Ests; Expressway Expy; Freeway Fwy; Gardens Gdns; Glen Gln; Grove Grv; Harbor Hbr;
Heights Hts; Highway Hwy; Hill Hl; Hollow Holw; Island Is; Junction Jct; Lake Lk;
Landing Lndg; Lane Ln; Loop Loop; Manor Mnr; Meadows Mdws; Mountain Mtn; Parkway Pkwy;
Place Pl; Plaza Plz; Point Pt; Ridge Rdg; Road Rd; Row Row; Route Rte; Square Sq; Station Sta;
Street St; Summit Smt; Terrace Ter; Trace Trce; Trail Trl; Turnpike Tpke; Valley Vly; View Vw;
Village Vlg; Vista Vis; Walk Walk; Way Way
""".strip()
    .replace("\n", " ")
    .split("; ")
)
WINDS = dict(zip(("North", "South", "East", "West"), "NSEW", strict=True)) | {
    f"{one}{blank}{other}": one[0] + other[0].upper()
    for one in ("North", "South")
    for blank, other in (("", "east"), ("", "west"), (" ", "East"), (" ", "West"))
}


@every(("word", "short"), TYPES.items())
def test_types_and_directions_are_abbreviated(word: str, short: str) -> None:
    """Every usual type has its postal abbreviation, with any direction, in both countries."""
    for canada in (False, True):
        assert f"Oak {short}" == standard(f"Oak {word}", canada=canada)
        assert f"OAK {short.upper()}" == standard(f"OAK {word.upper()}", canada=canada)
        for direction, letters in WINDS.items():
            before, after = f"{direction} Oak {word}", f"Oak {word} {direction}"
            assert f"{letters} Oak {short}" == standard(before, canada=canada)
            assert f"Oak {short} {letters}" == standard(after, canada=canada)


@every(
    ("street", "expected", "canada"),
    [
        ("Avenue Road", "Avenue Rd", True),  # only the last type is abbreviated
        ("Street Road", "Street Rd", False),
        ("North Avenue", "North Ave", False),  # a direction can be the name
        ("North West Street", "N West St", False),
        ("Northwest Highway", "Northwest Hwy", False),
        ("S. Lake Shore Drive", "S Lake Shore Dr", False),
        ("  Main   Str. ", "Main St", False),
        ("Highway 61", "Highway 61", False),  # a number after the type
        ("County Road 12", "County Road 12", False),
        ("West Broadway", "W Broadway", False),  # a street without a type
        ("Avenue of the Americas", "Avenue of the Americas", False),
        ("Boulevard René-Lévesque Ouest", "Boul René-Lévesque O", True),
        ("Avenue du Parc", "Av du Parc", True),
        ("Rue King Est", "Rue King E", True),
        ("Steeles Townline", "Steeles Tline", True),
    ],
)
def test_order_of_the_words_decides(street: str, expected: str, canada: bool) -> None:
    """A word is abbreviated where it is a type or a direction, not where it is the name."""
    assert expected == standard(street, canada=canada)
    assert is_known(street, canada=canada)


def test_standard_spelling_is_final() -> None:
    """Every spelling in the tables has a standard that is its own standard, and known."""
    for canada, types in ((False, STREET_TYPES), (True, CANADIAN_TYPES)):
        streets = [f"Oak {word}" for word in types]
        streets += [f"{wind} Oak St {wind}" for wind in DIRECTIONS]
        if canada:
            streets += [f"{word} Royale" for word in FRENCH_TYPES]
            streets += [f"Rue Royale {wind}" for wind in FRENCH_DIRECTIONS]
        for street in streets:
            written = standard(street, canada=canada)
            assert written == standard(written, canada=canada), street
            assert is_known(street, canada=canada), street
            assert is_known(written, canada=canada), street


@every(
    "street",
    [
        "",
        " ",
        "Main",
        "Nowhere",
        "Unknown Street",
        "12 Imaginary Rd",
        "No Such Street",
        "Lenox Road",
    ],
)
def test_unknown_streets_have_known_candidates(street: str) -> None:
    """The candidates for an unknown street are known, and standard."""
    for canada in (False, True):
        assert not is_known(street, canada=canada)
        found = candidates(street, canada=canada)
        assert found
        for candidate in found:
            assert is_known(candidate, canada=canada)
            assert candidate == standard(candidate, canada=canada)
