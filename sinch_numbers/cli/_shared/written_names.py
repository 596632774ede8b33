"""Names of command-line options in errors, in place of argument names."""

from collections.abc import Mapping
from typing import Any, Final

import typer

_PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    "app_id": ("voice_app",),
    "address": (
        "street",
        "street_number",
        "city",
        "state",
        "postal_code",
        "plus_four",
        "location",
        "display_name",
    ),
    "attachments": ("attach",),
    "campaign_id": ("campaign",),
    "capabilities": ("capability",),
    "deadline": ("wait_timeout", "deadline"),
    "document": ("file", "attach"),
    "ends_within": ("ends_within_days",),
    "filename": ("file", "attach"),
    "event_id": ("event_ids",),
    "hosting_order_id": ("order",),
    "key_secret": (),
    "loa_info": ("letter",),
    "now": (),
    "number_pattern": ("pattern",),
    "op_id": ("operation_id",),
    "dsn": ("store",),
    "phone_number": ("number", "numbers"),
    "phone_numbers": ("numbers",),
    "project_id": ("project",),
    "region_code": ("region",),
    "request_details": ("file",),
    "requested_quantity": ("quantity",),
    "saved": ("resume",),
    "scheduled_osr_update_time": ("at",),
    "scheduled_zipwhip_provisioning_time": ("at",),
    "service_id": ("fax_service",),
    "service_plan_id": ("sms_plan",),
    "sms_configuration": ("sms_plan", "campaign"),
    "states": ("state",),
    "stuck_after": ("stuck_hours",),
    "trunk_id": ("voice_trunk",),
    "voice_configuration": ("voice_app", "voice_trunk", "fax_service"),
    "where": ("store",),
}
"""Arguments of the package, and the parameters of commands that they come from."""


def written(argument: str, context: typer.Context | None) -> str:
    """Return the option or argument of the command line that *argument* comes from."""
    # The most precise name first: of sms_configuration.campaign_id it is that of campaign_id.
    for part in dict.fromkeys((argument, argument.rpartition(".")[2])):
        if found := _given(_PARAMETERS.get(part, (part,)), context):
            return found
    root, _, path = argument.partition(".")
    # Not a file name, such as letter.json.
    found = _given(_PARAMETERS[root], context) if root in _PARAMETERS else ""
    return f"{found}: {path}" if found else argument


def _given(names: tuple[str, ...], context: Any) -> str:
    """Return the options that the user passed for the parameters *names*."""
    while context is not None:
        given = {name for name, value in context.params.items() if value not in (None, (), [])}
        found = [
            spelled(parameter)
            for parameter in context.command.params
            if parameter.name in names and parameter.name in given
        ]
        if found:
            return " or ".join(found)
        context = context.parent
    return ""


def spelled(parameter: Any) -> str:
    """Return the name of a *parameter* of a command, as it is written."""
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper()).strip("[].")
