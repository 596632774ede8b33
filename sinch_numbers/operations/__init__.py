"""
Many calls at once: bounded concurrency, and plans that bring numbers to a desired state.

`gather` and `for_each` run a call for many items. `read_desired` reads the desired state of
numbers, `plan_changes` compares it with the project, and `apply_plan` does the changes::

    plan = await plan_changes(client, read_desired("numbers.csv"))
    report = await apply_plan(client, plan, journal="apply.db")
"""

from typing import TYPE_CHECKING

from sinch_numbers._core.lazy import attach

if TYPE_CHECKING:
    from sinch_numbers._core.concurrency import *
    from sinch_numbers.operations._apply import *
    from sinch_numbers.operations._desired import *
    from sinch_numbers.operations._plan import *
    from sinch_numbers.operations._plan_files import *
    from sinch_numbers.operations._plan_text import *
    from sinch_numbers.operations._planning import *
    from sinch_numbers.operations._results import *

attach(__name__)
