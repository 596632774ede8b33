"""The journal stores requests without secrets, in files and on the screen."""

from pathlib import Path
from typing import Any

import pytest

from sinch_numbers import BadRequestError, NumbersClient, SinchNumbersError
from sinch_numbers.sandbox import Sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]

QUALIFIED = "+12025550182"
CANARY = "canary5a1e"
CALLBACK = f"https://me:{CANARY}@hooks.example.net/numbers?token={CANARY}"


async def every_kind_of_secret(client: NumbersClient, sandbox: Sandbox) -> None:
    """Make billable calls that carry secrets; some succeed, some fail."""
    stock = client.available_numbers
    await stock.rent_any(region_code="US", type="LOCAL", callback_url=CALLBACK)
    await stock.rent_first(region_code="US", type="LOCAL", callback_url=CALLBACK)
    sandbox.faults.queue("drop")
    await stock.rent_first(region_code="US", type="LOCAL", callback_url=CALLBACK)
    qualified = sandbox.project().imported.qualified
    qualified.plant(QUALIFIED, state="VERIFICATION_PENDING")
    await client.qualified_numbers.send_voice_challenge(QUALIFIED)
    with pytest.raises(BadRequestError):
        await client.qualified_numbers.verify_voice_challenge(QUALIFIED, code=CANARY)
    right = qualified.voice_codes[QUALIFIED] = f"{CANARY}0"
    await client.qualified_numbers.verify_voice_challenge(QUALIFIED, code=right)
    for path in ("/callbackConfiguration", f"/qualifiedNumbers/{QUALIFIED}:verifyVoiceChallenge"):
        with pytest.raises(SinchNumbersError):
            await client.request("POST", path, json={"hmacSecret": CANARY, "code": CANARY})


async def test_no_secret_is_in_the_journal(tmp_path: Path) -> None:
    """One-time codes, tokens and passwords of callback URLs, keys, and bodies of raw requests."""
    path = tmp_path / "numbers.db"
    async with Sandbox(numbers=0, stock=50, key_secret=CANARY) as sandbox:
        settings: dict[str, Any] = {
            "numbers_url": sandbox.url,
            "imported_numbers_url": sandbox.imported_url,
            "auth_url": sandbox.auth_url,
            "settle_timeout": 0.1,
        }
        async with NumbersClient("sandbox", "sandbox", CANARY, store=path, **settings) as client:
            await every_kind_of_secret(client, sandbox)
            entries = await client.operations(open_only=False)
            files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}

    assert 8 == len(entries)
    assert CANARY not in repr(entries)
    assert {"method", "path"} == {*entries[0].request}
    assert {"numbers.db", "numbers.db-wal"} <= {*files}
    assert [] == [name for name, content in files.items() if CANARY.encode() in content]
