"""Pseudonyms for cassettes: the same value gets the same replacement, wherever it occurs."""

import json
import random
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

__all__: list[str] = []

# ISO timestamps are matched first, so that their digits are not taken for a number.
_CANDIDATE: Final = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)"
    r"|(?<!\d)(?P<plus>\+|%2[Bb])?"
    r"(?P<digits>\d(?:(?:[\s().\-/\u2010-\u2015]|%2[089]){0,3}\d){6,14})(?!\d)"
)
_ENCODED: Final = re.compile(r"%2[089]")
_EMAIL: Final = re.compile(r"[\w.+-]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_FIELD: Final = re.compile(r"[A-Za-z_]{1,40}")
_WORD: Final = re.compile(r"[A-Z]*[a-z]+|[A-Z]+")
_KEPT_DIGITS: Final = 4
"""Country code and the digits after it, which show the region and the type of a number."""
_SHORTEST_NATIONAL: Final = 7
_LONGEST_HARMLESS: Final = 9
"""Digits of an unknown run that is left as it is: an error code, an amount, a count."""
_SHORTEST_QUOTED: Final = 4
"""Characters of a value that is also replaced inside messages."""
_SHORTEST_SECRET: Final = 8
"""Characters of a secret that is also replaced inside words; shorter ones are placeholders."""
_TRIES: Final = 50


class Numbers:
    """
    Pseudonyms of phone numbers, of the same length, region, and type.

    Numbers that share a prefix get pseudonyms that share one of the same length, so that a search
    by prefix still matches its results. The replacement of each digit is drawn at random and
    stored nowhere else, so a pseudonym does not reveal its number.
    """

    def __init__(self) -> None:
        self.known: set[str] = set()
        """The digits of the numbers that were seen."""
        self.fixed: dict[str, str] = {}
        """Digits of numbers, and of the replacements that the user chose."""
        self._random = random.SystemRandom()
        self._tables: dict[str, str] = {}
        self._suffixes: dict[str, str] = {}

    def settle(self) -> None:
        """Draw pseudonyms that differ from all known numbers; call it when all are known."""
        for _ in range(_TRIES):
            self._tables = {}
            drawn = {self.pseudonym(number) for number in self.known}
            if len(drawn) == len(self.known) and drawn.isdisjoint(self.known):
                break
        self._suffixes = {
            number[-length:]: number
            for number in sorted(self.known)
            for length in range(_SHORTEST_NATIONAL, len(number))
        }

    def pseudonym(self, digits: str) -> str:
        """Return the replacement of *digits*, a number or its beginning, without the plus."""
        if digits in self.fixed:
            return self.fixed[digits]
        kept = digits[:_KEPT_DIGITS]
        return kept + "".join(
            self._table(digits[:at])[int(digits[at])] for at in range(len(kept), len(digits))
        )

    def in_text(self, text: str) -> str:
        """Replace the phone numbers in *text*, in any spelling, and keep its punctuation."""
        return _CANDIDATE.sub(self.replaced, text)

    def quoted_in(self, text: str) -> list[str]:
        """Return the replacements of the known numbers in *text*."""
        matches = [found for found in _CANDIDATE.finditer(text) if not found["time"]]
        return [
            self.replaced(found)
            for found in matches
            if found["plus"] or self._of_known(_digits_of(found["digits"])) is not None
        ]

    def replaced(self, found: re.Match[str]) -> str:
        """Return the replacement of a match: a number, or a timestamp, which stays."""
        if found["time"]:
            return found[0]
        spelled = _ENCODED.sub(" ", found["digits"])
        digits = _digits_of(spelled)
        new = self._spelled_alike(digits, international=found["plus"] is not None)
        if new == digits:
            return found[0]
        replacement = iter(new)
        return (found["plus"] or "") + "".join(
            next(replacement) if one.isdigit() else one for one in spelled
        )

    def _spelled_alike(self, digits: str, *, international: bool) -> str:
        if international:
            self.known.add(digits)
        known = self._of_known(digits)
        if known is None and len(digits) > _LONGEST_HARMLESS:
            return self.pseudonym(digits)
        return known or digits

    def _of_known(self, digits: str) -> str | None:
        if digits in self.known:
            return self.pseudonym(digits)
        # National spellings, such as 0701234567 and 00 46 701234567.
        for trunk in ("", "0", "00", "011"):
            rest = digits.removeprefix(trunk) if digits.startswith(trunk) else ""
            number = rest if rest in self.known else self._suffixes.get(rest)
            if number is not None:
                return trunk + self.pseudonym(number)[-len(rest) :]
        return None

    def _table(self, prefix: str) -> str:
        """Return the replacements of the ten digits after *prefix*."""
        if prefix not in self._tables:
            digits = list("0123456789")
            if len(prefix) == _KEPT_DIGITS and prefix.startswith("1"):
                # In North America, this digit is 2 to 9.
                low, high = digits[:2], digits[2:]
                self._random.shuffle(high)
                digits = low + high
            else:
                self._random.shuffle(digits)
            self._tables[prefix] = "".join(digits)
        return self._tables[prefix]


class Pseudonyms:
    """Replacements of numbers and of other values, shared by all parts of a cassette."""

    def __init__(self, chosen: Mapping[str, str], secrets: Iterable[str] = ()) -> None:
        self.numbers = Numbers()
        self._chosen = dict(chosen)
        for original, replacement in self._chosen.items():
            if is_number(original) and is_number(replacement):
                self.numbers.known.add(original[1:])
                self.numbers.fixed[original[1:]] = replacement[1:]
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        longest_first = sorted(set(secrets), key=len, reverse=True)
        self.secrets = tuple(one for one in longest_first if len(one) >= _SHORTEST_SECRET)
        self._placeholders = longest_first[len(self.secrets) :]
        for secret in self.secrets:
            self.value(secret, "secret")
        self._in_message = self._compiled()

    def settle(self) -> None:
        """Fix the replacements, once all values were seen."""
        for secret in self._placeholders:
            self.value(secret, "secret")
        self.numbers.settle()
        self._in_message = self._compiled()

    def _compiled(self) -> re.Pattern[str]:
        values = [value for value in self._names if len(value) >= _SHORTEST_QUOTED]
        words = sorted({*values, *self._chosen} - {*self.secrets}, key=len, reverse=True)
        known = [*map(re.escape, self.secrets)]
        if words:
            known.append(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, words))})(?![^\W_])")
        start = [f"(?P<known>{'|'.join(known)})"] if known else []
        return re.compile("|".join([*start, f"(?P<email>{_EMAIL.pattern})", _CANDIDATE.pattern]))

    def value(self, text: str, field: str) -> str:
        """Return the replacement of a whole value, named by its *field*."""
        if not text or text in self._chosen:
            return self._chosen.get(text, text)
        if is_number(text):
            return self.number(text)
        if text not in self._names:
            name = _readable(field)
            count = self._counts[name] = self._counts.get(name, 0) + 1
            self._names[text] = f"{name}-{count}"
        name = self._names[text]
        if _EMAIL.fullmatch(text):
            return f"{name}@example.com"
        if text.startswith(("http://", "https://")):
            return f"https://example.com/{name}"
        return " ".join([name, *self.numbers.quoted_in(text)])

    def known(self, text: str) -> str | None:
        """Return the replacement of *text*, ``None`` if it was not seen."""
        if text in self._chosen or text in self._names or text[1:] in self.numbers.known:
            return self.value(text, "")
        return None

    def appear_in(self, text: str) -> bool:
        """Whether a secret or a known number appears in *text*, of JSON."""
        if any(one in text or json.dumps(one)[1:-1] in text for one in self.secrets):
            return True
        lengths = {len(number) for number in self.numbers.known}
        return any(
            run[at : at + length] in self.numbers.known
            for run in set(re.findall(r"[0-9]{7,}", text))
            for length in lengths
            for at in range(len(run) - length + 1)
        )

    def number(self, text: str) -> str:
        """Return the replacement of a phone number, or of text that contains some."""
        return self._chosen.get(text) or self.numbers.in_text(text)

    def number_or_value(self, text: str, field: str) -> str:
        """Return the replacement of *text*, which is a number if it has no letters."""
        new = self.number(text)
        is_number = new != text and not re.search(r"[^\W\d_]", text)
        return new if is_number or text in self._chosen else self.value(text, field)

    def pattern(self, text: str) -> str:
        """Return the replacement of a part of a number that a request searches for."""
        if text.startswith("+") and text[1:].isdecimal():
            return "+" + self.numbers.pseudonym(text[1:])
        return text if len(text) < _SHORTEST_NATIONAL else self.number_or_value(text, "pattern")

    def integer(self, value: int) -> int:
        """Return the replacement of an integer: of a phone number, or of a long ID."""
        digits = str(abs(value))
        new = self.numbers.in_text(digits)
        if new == digits and len(digits) >= _SHORTEST_NATIONAL:
            count = self.value(digits, "integer").rpartition("-")[2]
            new = f"1{count:0>{len(digits) - 1}}"
        return int(new) if value >= 0 else -int(new)

    def name(self, field: str) -> str:
        """Return the replacement of the name of a field, which may be a number or an address."""
        return field if _FIELD.fullmatch(field) else self.message(field)

    def literal(self, text: str) -> str:
        """Replace numbers and secrets in *text* that the API defines, such as enum values."""
        if any(secret in text for secret in self.secrets):
            return self.message(text)
        return self._chosen.get(text, text) if text.isalpha() else self.number(text)

    def message(self, text: str) -> str:
        """Replace numbers, e-mail addresses, and all known values in *text*."""
        return self._in_message.sub(self._replaced, text)

    def _replaced(self, found: re.Match[str]) -> str:
        parts = found.groupdict()
        if parts.get("known") or parts["email"]:
            return self.value(found[0], "email")
        return self.numbers.replaced(found)


def _digits_of(spelled: str) -> str:
    """Return the digits of a spelled number, of any script, as ASCII."""
    digits = (one for one in _ENCODED.sub(" ", spelled) if one.isdigit())
    return "".join(str(unicodedata.digit(one)) for one in digits)


def is_number(text: str) -> bool:
    """Whether *text* is a phone number with its plus sign."""
    return re.fullmatch(r"\+[0-9]{7,15}", text) is not None


def _readable(field: str) -> str:
    """Return the name of pseudonyms of *field*: ``service-plan`` for ``servicePlanId``."""
    if not _FIELD.fullmatch(field):
        return "value"  # an unusual name may itself be private
    words = [word.lower() for word in _WORD.findall(field)]
    return "-".join(word for word in words if word != "id") or "value"
