"""Models are values: they do not change, they compare, hash and travel."""

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial

import attrs
import pytest
from products import every, product

from sinch_numbers import models
from sinch_numbers.models import (
    ActiveNumber,
    AddressValidation,
    Attachment,
    AttachmentTemplate,
    AuthorisedPerson,
    AvailableNumber,
    AvailableRegion,
    BadRequest,
    BlanketLoaInfo,
    BusinessAddress,
    CallbackConfiguration,
    CampaignProvisioning,
    Capability,
    CarrierState,
    ContentTooLarge,
    DirectLoaInfo,
    EmergencyAddress,
    EstVoice,
    EventResourceType,
    Extra,
    FaxVoice,
    FieldViolation,
    HostedNumber,
    HostingOrder,
    HostingOrderNumber,
    HostingOrderReport,
    HostingStatus,
    ImportedNumber,
    ImportedNumberEvent,
    ImportedSmsConfiguration,
    ImportedSmsProvisioning,
    LoaType,
    MnoConfiguration,
    Money,
    NumberEvent,
    NumberOrder,
    NumberOrderEvent,
    NumberOrderEventStatus,
    NumberOrderState,
    NumberPrice,
    NumberRequirements,
    NumberType,
    OrderNumber,
    OsrUpdate,
    PlatformProvisioning,
    ProvisioningStatus,
    QualificationStep,
    QualifiedNumber,
    Registration,
    RegistrationLog,
    RequiredAttachment,
    ResellerLoaInfo,
    ResourceInfo,
    RtcVoice,
    ServiceProvisioning,
    SmsConfiguration,
    SmsErrorCode,
    SmsProvisioning,
    StepState,
    TextEnableInfo,
    UnknownDetail,
    UnknownEvent,
    UnknownVoice,
    UploadStatus,
    ValidationResult,
    VoiceProvisioning,
    VoiceType,
)
from sinch_numbers.models._fields import wire_name
from sinch_numbers.models._secret import Secret

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
LETTER = {
    "authorised_person": AuthorisedPerson(first_name="Ada"),
    "address": BusinessAddress(city="Portland"),
    "current_voice_carrier": "x",
}
UNKNOWN = Extra({"newMember": {"deep": [1, None, "x"]}})


def _address() -> EmergencyAddress:
    return EmergencyAddress(street_number="77", street_info="Harbor Way", extra=UNKNOWN)


def _active_number() -> ActiveNumber:
    return ActiveNumber(
        "+12025550134",
        type=NumberType("SATELLITE"),
        capability=(Capability.SMS, Capability("FAX")),
        money=Money("USD", Decimal("0.50")),
        next_charge_date=NOON,
        sms_configuration=SmsConfiguration(
            "plan",
            scheduled_provisioning=SmsProvisioning(
                "plan",
                status=ProvisioningStatus.FAILED,
                error_codes=(SmsErrorCode.INTERNAL_ERROR, SmsErrorCode("NEW")),
            ),
        ),
        voice_configuration=RtcVoice(
            "app", scheduled_voice_provisioning=VoiceProvisioning(VoiceType.FAX, service_id="s")
        ),
        extra=UNKNOWN,
    )


def _document() -> RequiredAttachment:
    return RequiredAttachment("x", template=(AttachmentTemplate("form.pdf"),))


def _order_number() -> OrderNumber:
    price = NumberPrice(Money("USD", Decimal("3.00")), None, 1)
    return OrderNumber("+61491570156", price, (Capability("FAX"),))


# Makers, not values: each call gives an object of its own, equal to the others.
MAKERS = [
    pytest.param(_active_number, id="ActiveNumber"),
    pytest.param(
        lambda: attrs.evolve(
            _active_number(),
            voice_configuration=UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "id": "1"})),
        ),
        id="ActiveNumber with a voice link of a new kind",
    ),
    pytest.param(
        lambda: AvailableNumber(
            "+12025550134",
            "US",
            NumberType.LOCAL,
            (Capability.SMS,),
            setup_price=Money("EUR", Decimal("1.20")),
            monthly_price=Money("EUR", Decimal("0.80")),
            payment_interval_months=1,
            extra=UNKNOWN,
        ),
        id="AvailableNumber",
    ),
    pytest.param(
        lambda: AvailableRegion("US", "United States", (NumberType.LOCAL,), extra=UNKNOWN),
        id="AvailableRegion",
    ),
    pytest.param(lambda: Money("USD", Decimal("1.00")), id="Money"),
    pytest.param(_address, id="EmergencyAddress"),
    pytest.param(
        lambda: AddressValidation(
            "+12025550134",
            validated_address=_address(),
            validation_result=ValidationResult.NO_MATCH,
            candidate_addresses=(_address(),),
            extra=UNKNOWN,
        ),
        id="AddressValidation",
    ),
    pytest.param(
        lambda: SmsConfiguration("plan", "campaign", scheduled_provisioning=SmsProvisioning()),
        id="SmsConfiguration",
    ),
    pytest.param(lambda: SmsProvisioning(last_updated_time=NOON), id="SmsProvisioning"),
    pytest.param(lambda: RtcVoice("app", last_updated_time=NOON), id="RtcVoice"),
    pytest.param(lambda: EstVoice("trunk"), id="EstVoice"),
    pytest.param(lambda: FaxVoice("service"), id="FaxVoice"),
    pytest.param(
        lambda: UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "deep": {"er": [1]}})),
        id="UnknownVoice",
    ),
    pytest.param(lambda: VoiceProvisioning(VoiceType.EST, trunk_id="t"), id="VoiceProvisioning"),
    pytest.param(lambda: BadRequest((FieldViolation("a", "b"),)), id="BadRequest"),
    pytest.param(lambda: FieldViolation("a", "b"), id="FieldViolation"),
    pytest.param(lambda: ResourceInfo("ActiveNumber", "+12025550134"), id="ResourceInfo"),
    pytest.param(lambda: UnknownDetail(Extra({"type": "New"})), id="UnknownDetail"),
    pytest.param(
        lambda: NumberEvent(event_id="e", timestamp=NOON, extra=UNKNOWN), id="NumberEvent"
    ),
    pytest.param(
        lambda: NumberOrderEvent(status=NumberOrderEventStatus("NEW")), id="NumberOrderEvent"
    ),
    pytest.param(
        lambda: ImportedNumberEvent(resource_id="+12025550134"), id="ImportedNumberEvent"
    ),
    pytest.param(
        lambda: UnknownEvent(resource_type=EventResourceType("Brand"), fields=UNKNOWN),
        id="UnknownEvent",
    ),
    pytest.param(
        lambda: ImportedNumber(
            "+12025550134",
            sms_configuration=ImportedSmsConfiguration(
                "plan",
                scheduled_provisioning=ImportedSmsProvisioning(
                    status=ProvisioningStatus("2"), error_codes=(SmsErrorCode("7"),)
                ),
                migrate_to_sinch_tmo=True,
            ),
            mno_configuration=MnoConfiguration(sms_tmo=CarrierState(error_code="60135")),
            sms_provisioning=ServiceProvisioning(state=StepState("NEW")),
            extra=UNKNOWN,
        ),
        id="ImportedNumber",
    ),
    pytest.param(
        lambda: ImportedSmsConfiguration("plan", migrate_to_sinch_tmo=False),
        id="ImportedSmsConfiguration",
    ),
    pytest.param(
        lambda: ImportedSmsProvisioning(last_updated_time=NOON), id="ImportedSmsProvisioning"
    ),
    pytest.param(lambda: MnoConfiguration(mms_att=CarrierState()), id="MnoConfiguration"),
    pytest.param(lambda: CarrierState(update_time=NOON), id="CarrierState"),
    pytest.param(lambda: ServiceProvisioning(service_id="plan"), id="ServiceProvisioning"),
    pytest.param(
        lambda: HostingOrder(
            "01k5", text_enable_info=TextEnableInfo(loa_type=LoaType.DIRECT), extra=UNKNOWN
        ),
        id="HostingOrder",
    ),
    pytest.param(lambda: TextEnableInfo(nnid="100200"), id="TextEnableInfo"),
    pytest.param(lambda: HostingOrderReport(total=3, extra=UNKNOWN), id="HostingOrderReport"),
    pytest.param(
        lambda: HostingOrderNumber(
            "+12025550134",
            osr_update=OsrUpdate(nnid="1"),
            campaign_provisioning=CampaignProvisioning(campaign_id="C1"),
            platform_provisioning=PlatformProvisioning(service_plan_id="plan"),
            extra=UNKNOWN,
        ),
        id="HostingOrderNumber",
    ),
    pytest.param(lambda: OsrUpdate(state=StepState.DONE), id="OsrUpdate"),
    pytest.param(lambda: CampaignProvisioning(), id="CampaignProvisioning"),
    pytest.param(lambda: PlatformProvisioning(), id="PlatformProvisioning"),
    pytest.param(
        lambda: QualifiedNumber(
            "+12025550134",
            osr_eligibility=QualificationStep(error="x"),
            hosted_number=HostedNumber(status=HostingStatus.HOSTED),
            extra=UNKNOWN,
        ),
        id="QualifiedNumber",
    ),
    pytest.param(lambda: QualificationStep(status=StepState.DONE), id="QualificationStep"),
    pytest.param(lambda: HostedNumber(error="x"), id="HostedNumber"),
    pytest.param(lambda: AuthorisedPerson(first_name="Ada"), id="AuthorisedPerson"),
    pytest.param(lambda: BusinessAddress(city="Portland"), id="BusinessAddress"),
    pytest.param(lambda: DirectLoaInfo(**LETTER), id="DirectLoaInfo"),
    pytest.param(lambda: ResellerLoaInfo(business_name="x", **LETTER), id="ResellerLoaInfo"),
    pytest.param(BlanketLoaInfo, id="BlanketLoaInfo"),
    pytest.param(lambda: ContentTooLarge("deed.pdf", "too large"), id="ContentTooLarge"),
    pytest.param(
        lambda: NumberRequirements(
            Extra({"rules": [{"template": {"a": {}}}]}), (_document(),), extra=UNKNOWN
        ),
        id="NumberRequirements",
    ),
    pytest.param(lambda: _document(), id="RequiredAttachment"),
    pytest.param(lambda: AttachmentTemplate("form.pdf", "https://x/"), id="AttachmentTemplate"),
    pytest.param(
        lambda: NumberOrder(
            "01k",
            state=NumberOrderState("NEW"),
            order_numbers=(_order_number(),),
            voice_configuration=EstVoice("trunk"),
            expire_time=NOON,
            extra=UNKNOWN,
        ),
        id="NumberOrder",
    ),
    pytest.param(lambda: _order_number(), id="OrderNumber"),
    pytest.param(lambda: NumberPrice(Money("USD", Decimal("3.00"))), id="NumberPrice"),
    pytest.param(
        lambda: Registration(
            Extra({"data": [{"a": 1}]}),
            (Attachment("x", upload_status=UploadStatus.FAILED),),
            (RegistrationLog("no", NOON),),
            extra=UNKNOWN,
        ),
        id="Registration",
    ),
    pytest.param(lambda: Attachment("x", "bill.pdf", update_time=NOON), id="Attachment"),
    pytest.param(lambda: RegistrationLog("no", NOON), id="RegistrationLog"),
]


def _example(cls):
    """Return a model with a text for each field that is required."""
    required = [field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING]
    return cls(**dict.fromkeys(required, "x"))


MADE = {type(maker.values[0]()) for maker in MAKERS} | {CallbackConfiguration}
MAKERS += [
    pytest.param(partial(_example, cls), id=name)
    for name in models.__all__
    if attrs.has(cls := getattr(models, name)) and cls not in MADE
]

TRAVELS = [
    *(
        pytest.param(
            lambda value, protocol=protocol: pickle.loads(pickle.dumps(value, protocol)),
            id=f"pickled by protocol {protocol}",
        )
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ),
    pytest.param(copy.copy, id="copied"),
    pytest.param(copy.deepcopy, id="copied deeply"),
]


def test_no_model_is_left_out_here():
    """A model without an example here gets one; the one with a secret has tests below."""
    tested = {type(maker.values[0]()) for maker in MAKERS} | {CallbackConfiguration}
    public = {getattr(models, name) for name in models.__all__}

    assert tested == {thing for thing in public if attrs.has(thing)}


@every("make", MAKERS)
def test_a_model_does_not_change(make):
    """No field can be set, deleted or added."""
    model = make()
    for field in attrs.fields(type(model)):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(model, field.name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(model, field.name)
    with pytest.raises(AttributeError):
        model.something_else = 1

    assert make() == model


@every("make", MAKERS)
def test_equal_models_hash_alike(make):
    """They can be gathered in sets, and looked up."""
    assert make() is not make()
    assert make() == make()
    assert hash(make()) == hash(make())
    assert len({make(), make()}) == 1


@product(
    make={maker.id: maker.values[0] for maker in MAKERS},
    passed_on={travel.id: travel.values[0] for travel in TRAVELS},
    classes={"passed_on": lambda name: name.split()[0]},  # pickled or copied
)
def test_a_model_travels(make, passed_on):
    """Pickles and copies are equal to what they were made of, unknown members included."""
    twin = passed_on(make())

    assert make() == twin
    assert hash(make()) == hash(twin)
    assert repr(make()) == repr(twin)


@pytest.mark.parametrize("passed_on", TRAVELS)
def test_unknown_members_travel_along(passed_on):
    """`extra` counts in comparisons, so this is what equality above relied on."""
    number = _active_number()

    assert dict(UNKNOWN) == dict(passed_on(number).extra)
    assert attrs.evolve(number, extra=Extra()) != number


def test_a_signing_secret_does_not_travel():
    """The settings of webhooks compare and copy, but are not pickled."""
    settings = CallbackConfiguration("p", Secret("canary-hmac"))

    assert CallbackConfiguration("p", Secret("canary-hmac")) == settings
    assert copy.deepcopy(settings) == settings
    assert "canary" not in repr(settings)
    assert "canary" not in repr(attrs.asdict(settings))
    with pytest.raises(TypeError, match="not picklable"):
        pickle.dumps(settings)


class TestExtra:
    """The mapping of unknown members."""

    def test_it_is_a_mapping(self):
        """Under the API's names, in the API's order."""
        extra = Extra({"b": 1, "a": None})

        assert list(extra) == ["b", "a"]
        assert extra["b"] == 1
        assert "a" in extra
        assert len(extra) == 2
        assert extra.get("c", 5) == 5
        assert extra == {"a": None, "b": 1}

    def test_it_cannot_be_changed(self):
        """Neither by item nor by what it was made of."""
        members = {"a": 1}
        extra = Extra(members)
        members["a"] = 2
        with pytest.raises(TypeError):
            extra["a"] = 3
        with pytest.raises(TypeError):
            del extra["a"]
        with pytest.raises(AttributeError):
            extra.b = 4

        assert extra == {"a": 1}

    def test_none_is_empty(self):
        """Nothing unknown is nothing at all."""
        assert not Extra()
        assert not Extra(None)
        assert Extra() == {}

    def test_it_shows_what_it_holds(self):
        """Its repr can be read."""
        assert repr(Extra({"a": [1]})) == "Extra({'a': [1]})"


@pytest.mark.parametrize(
    ("voice", "expected"),
    [
        pytest.param(RtcVoice("a"), "app a", id="an app"),
        pytest.param(EstVoice("t"), "trunk t", id="a trunk"),
        pytest.param(FaxVoice("s"), "fax s", id="a fax service"),
        pytest.param(
            UnknownVoice(VoiceType("NEW"), Extra({"type": "NEW", "x": 1})),
            "NEW 1",
            id="a new kind",
        ),
        pytest.param(None, "nothing", id="nothing"),
    ],
)
def test_voice_links_match_by_class(voice, expected):
    """Each variant is a class of its own, positional in match statements."""
    match voice:
        case RtcVoice(app_id):
            told = f"app {app_id}"
        case EstVoice(trunk_id):
            told = f"trunk {trunk_id}"
        case FaxVoice(service_id):
            told = f"fax {service_id}"
        case UnknownVoice(kind, fields):
            told = f"{kind} {fields['x']}"
        case None:
            told = "nothing"

    assert expected == told


@pytest.mark.parametrize(
    ("voice", "expected"),
    [(RtcVoice(), "RTC"), (EstVoice(), "EST"), (FaxVoice(), "FAX")],
    ids=["an app", "a trunk", "a fax service"],
)
def test_a_voice_link_knows_its_type(voice, expected):
    """The API's word for it, also in `attrs.asdict`, although it is not an argument."""
    assert expected == voice.type
    assert expected == attrs.asdict(voice)["type"]
    with pytest.raises(TypeError, match="type"):
        type(voice)(type="RTC")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("phone_number", "phoneNumber"),
        ("type", "type"),
        ("postal_code_plus_four", "postalCodePlusFour"),
        ("expire_at", "expireAt"),
        ("callback_url", "callbackUrl"),
        ("scheduled_voice_provisioning", "scheduledVoiceProvisioning"),
        ("hmac_secret", "hmacSecret"),
        ("", ""),
    ],
)
def test_what_the_api_calls_a_field(name, expected):
    """Snake here, camel there."""
    assert expected == wire_name(name)
