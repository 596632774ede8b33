"""Codes of the states and provinces that emergency addresses are in."""

__all__ = ["PROVINCES", "STATES"]

STATES = {
    name.strip(): code
    for code, name in (
        entry.split(" ", 1)
        for entry in """
AL alabama; AK alaska; AZ arizona; AR arkansas; CA california; CO colorado; CT connecticut
DE delaware; DC district of columbia; FL florida; GA georgia; HI hawaii; ID idaho; IL illinois
IN indiana; IA iowa; KS kansas; KY kentucky; LA louisiana; ME maine; MD maryland
MA massachusetts; MI michigan; MN minnesota; MS mississippi; MO missouri; MT montana; NE nebraska
NV nevada; NH new hampshire; NJ new jersey; NM new mexico; NY new york; NC north carolina
ND north dakota; OH ohio; OK oklahoma; OR oregon; PA pennsylvania; RI rhode island
SC south carolina; SD south dakota; TN tennessee; TX texas; UT utah; VT vermont; VA virginia
WA washington; WV west virginia; WI wisconsin; WY wyoming; PR puerto rico
""".strip()
        .replace("\n", "; ")
        .split("; ")
    )
}
"""Codes of the United States, by name in lower case."""

PROVINCES = {
    "alberta": "AB",
    "british columbia": "BC",
    "manitoba": "MB",
    "new brunswick": "NB",
    "nouveau-brunswick": "NB",
    "newfoundland and labrador": "NL",
    "northwest territories": "NT",
    "nova scotia": "NS",
    "nunavut": "NU",
    "ontario": "ON",
    "prince edward island": "PE",
    "quebec": "QC",
    "québec": "QC",
    "saskatchewan": "SK",
    "yukon": "YT",
}
"""Codes of Canada, by name in lower case."""
