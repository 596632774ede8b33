"""The command line explains every error code and failure state that it prints."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from products import every

from sinch_numbers import models
from sinch_numbers.cli._shared.lists import Listing
from sinch_numbers.cli._shared.output import Form, Output
from sinch_numbers.cli._views.lists import ACTIVE_NUMBERS
from sinch_numbers.models import (
    ActiveNumber,
    HostingOrder,
    HostingOrderNumber,
    ImportedNumber,
    NumberOrder,
    NumberOrderState,
    QualifiedNumber,
    SmsProvisioning,
    explain,
)
from sinch_numbers.ordering import OrderOutcome, OrderResult
from sinch_numbers.sandbox import Sandbox
from sinch_numbers.testing import SignedEvents

NUMBER = "+12025550101"
SECRET = "sandbox-hmac-secret-0123456789-abcd"
EXPIRED = SmsProvisioning(status="FAILED", error_codes=("CAMPAIGN_EXPIRED",))
FAILED = {
    "sms_configuration": {
        "scheduledProvisioning": {
            "servicePlanId": "plan",
            "campaignId": "CSANDB1",
            "status": "FAILED",
            "errorCodes": ["CAMPAIGN_EXPIRED"],
        }
    },
}
ADVICE = explain("CAMPAIGN_EXPIRED").advice

RESOURCES: dict[str, tuple[Any, Any]] = {
    "active number": (
        ActiveNumber(
            NUMBER, sms_configuration=models.SmsConfiguration(scheduled_provisioning=EXPIRED)
        ),
        "CAMPAIGN_EXPIRED",
    ),
    "active number with voice": (
        ActiveNumber(
            NUMBER,
            voice_configuration=models.RtcVoice(
                scheduled_voice_provisioning=models.VoiceProvisioning(status="FAILED")
            ),
        ),
        "PROVISIONING_TO_VOICE_PLATFORM_FAILED",
    ),
    "imported number": (
        ImportedNumber(
            NUMBER,
            mno_configuration=models.MnoConfiguration(
                sms_tmo=models.CarrierState(error_code="60135")
            ),
        ),
        "60135",
    ),
    "number order": (
        NumberOrder("order", state=NumberOrderState.BLOCKED),
        NumberOrderState.BLOCKED,
    ),
    "order result": (
        OrderResult(
            outcome=OrderOutcome.REJECTED,
            order=NumberOrder("order", state=NumberOrderState.REJECTED),
        ),
        NumberOrderState.REJECTED,
    ),
    "registration": (
        models.Registration(
            attachments=(models.Attachment("id", upload_status=models.UploadStatus.FAILED),)
        ),
        models.UploadStatus.FAILED,
    ),
    "hosting order": (
        HostingOrder("order", state=models.HostingOrderState.REJECTED),
        models.HostingOrderState.REJECTED,
    ),
    "number of a hosting order": (
        HostingOrderNumber(NUMBER, sms_att=models.CarrierState(error_code="BRAND_ON_FIRE")),
        "BRAND_ON_FIRE",
    ),
    "qualified number": (
        QualifiedNumber(
            NUMBER, global_process_state=models.GlobalProcessState.VERIFICATION_BLOCKED
        ),
        models.GlobalProcessState.VERIFICATION_BLOCKED,
    ),
}


def pages(output: Output, *pages: Sequence[Any]) -> None:
    """Print a list of numbers, page by page."""
    with Listing(ACTIVE_NUMBERS, (), stdout=True).opened(output) as rows:  # type: ignore[arg-type]  # of a session, it uses the output
        for page in pages:
            rows.add(page)


WAYS: dict[str, Callable[[Output, Any], None]] = {
    "one": lambda output, value: output.one(value, "shown"),
    "many": lambda output, value: output.many([value, value], "shown"),
    "pages": lambda output, value: pages(output, [value], [value]),
}


@every(
    ("way", "resource", "code"),
    [
        (way, resource, code)
        for way in WAYS
        for resource, code in RESOURCES.values()
        if way != "pages" or isinstance(resource, ActiveNumber)
    ],
)
def test_every_output_explains_the_codes_in_it(
    way: str, resource: Any, code: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Tables have each advice once, below; each JSON object has its own."""
    WAYS[way](Output(form=Form.TEXT), resource)
    table = capsys.readouterr().out
    WAYS[way](Output(form=Form.JSONL), resource)
    lines = capsys.readouterr().out.splitlines()
    WAYS[way](Output(form=Form.JSON), resource)
    document = json.loads(capsys.readouterr().out)

    why = explain(code)
    assert 1 == table.count(str(why))
    assert list(map(json.loads, lines)) == (document if way != "one" else [document])
    for line in lines:
        (shown,) = json.loads(line)["explanations"]
        assert (why.code, why.meaning, why.advice, list(why.sources)) == (
            shown["code"],
            shown["meaning"],
            shown["advice"],
            shown["sources"],
        )


def test_a_longer_list_explains_a_code_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A code on the second page that the first one explained has no second advice."""
    number, _ = RESOURCES["active number"]

    pages(Output(form=Form.TEXT), [number], [number])

    assert 1 == capsys.readouterr().out.count(ADVICE)


def test_nothing_is_added_where_nothing_failed(capsys: pytest.CaptureFixture[str]) -> None:
    """A number without errors is printed as before."""
    Output(form=Form.JSONL).many([ActiveNumber(NUMBER)], "shown")

    assert "explanations" not in json.loads(capsys.readouterr().out)


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "command", [("get", NUMBER), ("list",), ("audit", "--details", "all")], ids=" ".join
)
def test_commands_explain_a_failed_provisioning(
    sandbox: Sandbox, cli: Callable[..., Any], command: Sequence[str]
) -> None:
    """``get``, ``list`` and ``audit`` print the advice for people and for programs."""
    sandbox.project().add_active(phone_number=NUMBER, **FAILED)

    shown, lines = cli(*command), cli("--jsonl", *command)

    assert ADVICE in " ".join(shown.out.split())
    assert ADVICE in lines.out


@pytest.mark.sandbox
def test_webhooks_are_explained(
    cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure event is followed by the advice for its codes."""
    monkeypatch.setenv("SINCH_HMAC_SECRET", SECRET)
    posted = SignedEvents(SECRET).number(NUMBER, failure_code="CAMPAIGN_EXPIRED")
    record = tmp_path / "record.jsonl"
    record.write_text(
        json.dumps({"signature": posted.signature, "body": posted.body.decode()}) + "\n"
    )
    replay = ("webhooks", "listen", "--replay", str(record))

    shown, lines = cli(*replay), cli("--jsonl", *replay)

    assert shown.out.splitlines()[1] == str(explain("CAMPAIGN_EXPIRED"))
    assert [ADVICE] == [why["advice"] for why in json.loads(lines.out)["explanations"]]
