"""Usage that has to be refused: each line is an error to both checkers, and is never run."""

from io import BytesIO, StringIO

from sinch_numbers import ActiveNumber, NumbersClient, RtcVoice, SyncNumbersClient
from sinch_numbers.exports import FINDINGS, NUMBERS, write_csv


async def mistakes(client: NumbersClient, sync: SyncNumbersClient, number: ActiveNumber) -> None:
    await client.active_numbers.get(12025550134)  # a number is a text
    await client.active_numbers.list()  # a pager is not awaited
    client.active_numbers.list(regoin_code="US")  # a typo
    await client.active_numbers.update("+1", "name")  # keywords only
    await client.available_numbers.search(type="LOCAL")  # the region is required
    await client.available_numbers.rent("+1", voice_configuration="app")  # not a configuration
    number.display_name = "x"  # models are frozen
    RtcVoice(trunk_id="x")  # another kind's identifier
    sync.active_numbers.get(number)  # the number's text is wanted
    for _ in client.active_numbers.list():  # async needs async for
        pass
    NumbersClient(project="p")  # a typo
    NumbersClient(observer=print)  # a function is no observer
    write_csv([number], BytesIO(), FINDINGS)  # a number is no finding
    write_csv([number], StringIO(), NUMBERS)  # bytes are written
