"""Tables of number orders, requirements and outcomes, for people."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from rich.console import Group, RenderableType
from rich.table import Table

from sinch_numbers.cli._views.tables import facts, interval, price, safe, table
from sinch_numbers.models import NumberOrder, NumberRequirements, OrderNumber, Registration
from sinch_numbers.ordering import OrderResult


def requirements(found: NumberRequirements) -> RenderableType:
    """Return the requirements of an order: its data fields and documents."""
    members = table()
    for name in ("Entry", "Field", "Rules"):
        members.add_column(name, overflow="fold")
    rules = found.fields.get("rules")
    for place, rule in enumerate(rules if isinstance(rules, list) else ()):
        template = rule.get("template") if isinstance(rule, dict) else None
        for name, schema in (template if isinstance(template, dict) else {}).items():
            members.add_row(str(place), safe(name, "bold"), safe(_told(schema)))
    shown: list[RenderableType] = [members] if members.row_count else []
    if not shown and found.fields:
        shown.append(safe("The data is described by a JSON Schema; see --json."))
    documents = table()
    for name in ("Document", "Required", "ID", "File types", "Document types"):
        documents.add_column(name, overflow="fold")
    for one in found.attachments:
        documents.add_row(
            safe(one.title or "-", "bold"),
            "yes" if one.mandatory else "no",
            safe(one.id),
            safe(", ".join(dict.fromkeys(one.allowed_mime_types)) or "any"),
            safe(", ".join(one.allowed_document_types) or "any"),
        )
    if documents.row_count:
        shown.append(documents)
    return Group(*(shown or [safe("No requirements.")]))


def order(found: NumberOrder) -> Table:
    """Return all details of an order."""
    return facts(
        {
            "Order": safe(found.id_number_order, "bold"),
            "State": found.state,
            "Region, type": f"{found.region_code or '-'} {found.number_type or '-'}",
            "Numbers": ", ".join(number.phone_number for number in found.order_numbers),
            "Price": price_of(found),
            "Submit by": _moment(found.expire_time),
            "Created": _moment(found.create_time),
            "Updated": _moment(found.update_time),
        }
    )


def price_of(found: NumberOrder) -> str:
    """Describe the price of an order's numbers; list each price if they differ."""
    prices = sorted({_cost(number) for number in found.order_numbers})
    each = "each number costs" if len(found.order_numbers) > 1 else "the number costs"
    return f"{each} {', or '.join(prices)}" if prices else "the price is unknown"


def registration(found: Registration) -> Table:
    """Return the data and documents of an order, and the reviewers' remarks."""
    shown: dict[str, object] = dict(_leaves("", found.request_details))
    for one in found.attachments:
        shown[f"Document {one.attachment_id}"] = " ".join(
            filter(None, (one.file_name, one.document_type, one.upload_status or "WAITING"))
        )
    for count, log in enumerate(found.logs, 1):
        shown[f"Remark {count}"] = " ".join(filter(None, (_moment(log.create_time), log.message)))
    return facts(shown or {"Registration": "empty"})


def result(found: OrderResult) -> RenderableType:
    """Return the outcome of an order."""
    remarks = [safe(f"Remark: {remark}") for remark in found.remarks]
    return Group(facts({"Outcome": safe(found.outcome, "bold")}), order(found.order), *remarks)


def _told(schema: object) -> str:
    if not isinstance(schema, Mapping):
        return str(schema)
    return ", ".join(f"{name} {value}" for name, value in schema.items())


def _cost(number: OrderNumber) -> str:
    priced = number.number_price
    if priced is None:
        return "an unknown price"
    return (
        f"{price(priced.setup_price)} once and {price(priced.monthly_price)} "
        f"{interval(priced.payment_interval_months)}"
    )


def _leaves(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _leaves(f"{path}[{place}]", inner)
    else:
        yield path, "-" if value is None else str(value)


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""
