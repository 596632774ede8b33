"""Names of arguments in errors, as the user of the command line wrote them."""

from collections.abc import Mapping
from typing import Any, Final

import typer

_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "address": ("street", "street_number", "city", "state", "postal_code"),
    "attachments": ("attach",),
    "campaign_id": ("campaign",),
    "capabilities": ("capability",),
    "document": ("file", "attach"),
    "ends_within": ("ends_within_days",),
    "event_id": ("event_ids",),
    "hosting_order_id": ("order",),
    "key_secret": (),
    "loa_info": ("letter",),
    "now": (),
    "number_pattern": ("pattern",),
    "op_id": ("operation_id",),
    "path": ("store",),
    "dsn": ("store",),
    "phone_number": ("number",),
    "phone_numbers": ("numbers",),
    "project_id": ("project",),
    "region_code": ("region",),
    "request_details": ("file",),
    "requested_quantity": ("quantity",),
    "saved": ("resume",),
    "scheduled_osr_update_time": ("at",),
    "scheduled_zipwhip_provisioning_time": ("at",),
    "service_plan_id": ("sms_plan",),
    "sms_configuration": ("sms_plan", "campaign"),
    "states": ("state",),
    "stuck_after": ("stuck_hours",),
    "voice_configuration": ("voice_app", "voice_trunk", "fax_service"),
    "where": ("store",),
}
"""Arguments of the package, and the parameters of commands that they come from."""


def written(argument: str, context: typer.Context | None) -> str:
    """Return the option or argument of the command line that *argument* comes from."""
    root, _, path = argument.partition(".")
    if root not in _PARAMETERS:  # such as a file's name
        root, path = argument, ""
    names = _PARAMETERS.get(root, (root,))
    found: list[str] = []
    at: Any = context
    while at is not None and not found:
        given = {name for name, value in at.params.items() if value not in (None, (), [])}
        found = [
            spelled(parameter)
            for parameter in at.command.params
            if parameter.name in names and parameter.name in given
        ]
        at = at.parent
    name = " or ".join(found)
    if not name:
        return argument
    return f"{name}: {path}" if path else name


def spelled(parameter: Any) -> str:
    """Return the name of a *parameter* of a command, as it is written."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper()).strip("[].")
