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
    client.active_numbers.list(type="landline")  # no such type
    client.active_numbers.list(capability=["FAX"])  # no such capability
    client.active_numbers.list(order_by="price")  # no such order
    client.hosting_orders.numbers("h", osr_update_state="LATE")  # no such state
    await client.available_numbers.rent("+1", sms_configuration={"planId": "p"})  # no such key
    await client.available_numbers.rent("+1", sms_configuration={"campaign_id": "c"})  # no plan
    await client.available_numbers.rent("+1", sms_configuration={"servicePlanId": 5})  # an int
    await client.available_numbers.rent("+1", voice_configuration={"trunk_id": "t"})  # no type
    await client.emergency_address.validate("+1", display_name="x", address={"city": "x"})  # more
    await client.active_numbers.update("+1", display_name=5)  # a name is a text
    number.display_name = "x"  # models are frozen
    RtcVoice(trunk_id="x")  # another kind's identifier
    sync.active_numbers.get(number)  # the number's text is wanted
    for _ in client.active_numbers.list():  # async needs async for
        pass
    NumbersClient(project="p")  # a typo
    NumbersClient(observer=print)  # a function is no observer
    write_csv([number], BytesIO(), FINDINGS)  # a number is no finding
    write_csv([number], StringIO(), NUMBERS)  # bytes are written
