"""
Response bodies of the canned server, as bytes.

A page is built from templates with a placeholder for the digits of each block of 1,000, so
that serving a page takes one `bytes.join`, and no two numbers of a list are equal.
"""

import json
from functools import lru_cache
from typing import Any, Final

from benchmarks._inventories import BLOCK, INVENTORIES, MARK, REALISTIC, block_digits, index_of

_MARK: Final = MARK.encode()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=128)
def _block(inventory: str, block: int) -> tuple[bytes, ...]:
    """Return the templates of the numbers in *block*."""
    template = INVENTORIES[inventory].template
    return tuple(
        _text(template(index)).encode() for index in range(block * BLOCK, (block + 1) * BLOCK)
    )


@lru_cache(maxsize=256)
def _template(inventory: str, block: int, first: int, last: int) -> list[bytes]:
    """Return the text between the placeholders of some numbers in *block*."""
    return b",".join(_block(inventory, block)[first:last]).split(_MARK)


def page(held: int, offset: int, page_size: int, inventory: str = REALISTIC) -> bytes:
    """Return the page at *offset* of a list of *held* numbers."""
    blocks = INVENTORIES[inventory].period // BLOCK
    end = max(offset, min(offset + page_size, held))
    runs = []
    index = offset
    while index < end:
        block, first = divmod(index, BLOCK)
        last = min(end - block * BLOCK, BLOCK)
        digits = block_digits(block).encode()
        runs.append(digits.join(_template(inventory, block % blocks, first, last)))
        index = block * BLOCK + last
    following = str(end) if end < held else ""
    return b'{"activeNumbers":[%b],"nextPageToken":"%b","totalSize":%d}' % (
        b",".join(runs),
        following.encode(),
        held,
    )


def one(phone_number: str, inventory: str = REALISTIC) -> bytes | None:
    """Return the number *phone_number*, or ``None`` if the inventory doesn't contain it."""
    index = index_of(phone_number)
    if index is None:
        return None
    number = INVENTORIES[inventory].number(index)
    return _text(number).encode() if number["phoneNumber"] == phone_number else None


@lru_cache
def regions(inventory: str) -> bytes:
    """Return the regions and number types of an inventory."""
    types: dict[str, set[str]] = {}
    for region, type_ in INVENTORIES[inventory].kinds:
        types.setdefault(region, set()).add(type_)
    return _text(
        {
            "availableRegions": [
                {"regionCode": region, "regionName": region, "types": sorted(some)}
                for region, some in types.items()
            ]
        }
    ).encode()


def token(count: int, expires_in: int) -> bytes:
    """Return the access token number *count*."""
    text = f"eyJhbGciOiAibm9uZSIsICJ0eXAiOiAiSldUIn0.{count:064}.signature"
    return _text(
        {"access_token": text, "expires_in": expires_in, "scope": "", "token_type": "bearer"}
    ).encode()
