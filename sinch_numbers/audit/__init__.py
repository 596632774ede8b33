"""
Audit of a project's numbers: problems, monthly cost, upcoming expirations::

    async with NumbersClient() as client:
        report = await audit(client)

`audit_projects` audits several projects. Numbers can be compared with a list of expected numbers,
see `read_expectations`, and checked by custom rules, see `Rule`.
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers.audit._accumulator import *
    from sinch_numbers.audit._auditing import *
    from sinch_numbers.audit._changes import *
    from sinch_numbers.audit._costs import *
    from sinch_numbers.audit._distributed import *
    from sinch_numbers.audit._emergency_coverage import *
    from sinch_numbers.audit._expected import *
    from sinch_numbers.audit._files.expectations import *
    from sinch_numbers.audit._files.input_files import *
    from sinch_numbers.audit._files.rule_settings import *
    from sinch_numbers.audit._files.waivers import *
    from sinch_numbers.audit._findings import *
    from sinch_numbers.audit._forecast import *
    from sinch_numbers.audit._health import *
    from sinch_numbers.audit._history.history import *
    from sinch_numbers.audit._imported_rules import *
    from sinch_numbers.audit._loading import *
    from sinch_numbers.audit._not_checked import *
    from sinch_numbers.audit._number_state import *
    from sinch_numbers.audit._plan import *
    from sinch_numbers.audit._project_rules import *
    from sinch_numbers.audit._projects import *
    from sinch_numbers.audit._report import *
    from sinch_numbers.audit._rule_set import *
    from sinch_numbers.audit._rules import *
    from sinch_numbers.audit._runs import *
    from sinch_numbers.audit._waivers import *
    from sinch_numbers.models._error_codes import *
    from sinch_numbers.models._number_status import *

attach(__name__)
