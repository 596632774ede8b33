"""
What is wrong with a project's numbers, what they cost, and which of them end when::

    async with NumbersClient() as client:
        report = await audit(client)

Several projects are audited by `audit_projects`. Numbers can be held against a list of what
they are meant to be, `read_expectations`, and against rules of one's own, see `Rule`.
"""

from sinch_numbers.audit.auditing import Progress, audit
from sinch_numbers.audit.costs import CostLine, Costs
from sinch_numbers.audit.examination import Examination
from sinch_numbers.audit.expected import (
    Difference,
    Drift,
    Expectation,
    Expectations,
    FieldDifference,
)
from sinch_numbers.audit.expected_files import read_expectations
from sinch_numbers.audit.findings import Check, Finding, Remark, Rule, Severity, Subject
from sinch_numbers.audit.forecast import Forecast, ForecastLine
from sinch_numbers.audit.input_files import InputFileError
from sinch_numbers.audit.loading import load_rules
from sinch_numbers.audit.projects import (
    ProjectFailure,
    ProjectFinding,
    Reports,
    audit_projects,
)
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import (
    CALLBACK_IN_THE_CLEAR,
    DEFAULT_RULES,
    DRIFT_DIFFERENT,
    DRIFT_MISSING,
    DRIFT_UNEXPECTED,
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    PROVISIONING_FAILED,
    RELEASED_IN_USE,
    RULE_FAILED,
    UNUSED,
    WITHOUT_CAMPAIGN,
    default_rules,
    ends_soon,
    provisioning_stuck,
)
from sinch_numbers.audit.tally import Basis, Tally
from sinch_numbers.error_codes import Explanation, explain
from sinch_numbers.links import NumberStatus, status_of

__all__ = [
    "CALLBACK_IN_THE_CLEAR",
    "DEFAULT_RULES",
    "DRIFT_DIFFERENT",
    "DRIFT_MISSING",
    "DRIFT_UNEXPECTED",
    "EMERGENCY_MISSING",
    "EMERGENCY_UNCHECKED",
    "PROVISIONING_FAILED",
    "RELEASED_IN_USE",
    "RULE_FAILED",
    "UNUSED",
    "WITHOUT_CAMPAIGN",
    "Basis",
    "Check",
    "CostLine",
    "Costs",
    "Difference",
    "Drift",
    "Examination",
    "Expectation",
    "Expectations",
    "Explanation",
    "FieldDifference",
    "Finding",
    "Forecast",
    "ForecastLine",
    "InputFileError",
    "NumberStatus",
    "Progress",
    "ProjectFailure",
    "ProjectFinding",
    "Remark",
    "Report",
    "Reports",
    "Rule",
    "Severity",
    "Subject",
    "Tally",
    "audit",
    "audit_projects",
    "default_rules",
    "ends_soon",
    "explain",
    "load_rules",
    "provisioning_stuck",
    "read_expectations",
    "status_of",
]
