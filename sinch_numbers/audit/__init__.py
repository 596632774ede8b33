"""
What is wrong with a project's numbers, what they cost, and which of them end when::

    async with NumbersClient() as client:
        report = await audit(client)
"""

from sinch_numbers.audit.auditing import Progress, audit
from sinch_numbers.audit.costs import CostLine, Costs
from sinch_numbers.audit.error_codes import Explanation, explain
from sinch_numbers.audit.examination import Examination
from sinch_numbers.audit.expected import (
    Difference,
    Drift,
    Expectation,
    Expectations,
    FieldDifference,
)
from sinch_numbers.audit.findings import Check, Finding, Remark, Rule, Severity, Subject
from sinch_numbers.audit.forecast import Forecast, ForecastLine
from sinch_numbers.audit.links import NumberStatus, status_of
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
    "NumberStatus",
    "Progress",
    "Remark",
    "Report",
    "Rule",
    "Severity",
    "Subject",
    "Tally",
    "audit",
    "default_rules",
    "ends_soon",
    "explain",
    "provisioning_stuck",
    "status_of",
]
