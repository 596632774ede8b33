"""
What is wrong with a project's numbers, what they cost, and which of them end when::

    async with NumbersClient() as client:
        report = await audit(client)
"""

from sinch_numbers.audit.auditing import Progress, audit
from sinch_numbers.audit.costs import CostLine, Costs
from sinch_numbers.audit.findings import Check, Finding, Remark, Rule, Severity
from sinch_numbers.audit.report import Report
from sinch_numbers.audit.rules import (
    DEFAULT_RULES,
    EMERGENCY_MISSING,
    EMERGENCY_UNCHECKED,
    PROVISIONING_FAILED,
    UNUSED,
    WITHOUT_CAMPAIGN,
    default_rules,
    ends_soon,
    provisioning_stuck,
)
from sinch_numbers.error_codes import Explanation, explain
from sinch_numbers.links import NumberStatus, status_of

__all__ = [
    "DEFAULT_RULES",
    "EMERGENCY_MISSING",
    "EMERGENCY_UNCHECKED",
    "PROVISIONING_FAILED",
    "UNUSED",
    "WITHOUT_CAMPAIGN",
    "Check",
    "CostLine",
    "Costs",
    "Explanation",
    "Finding",
    "NumberStatus",
    "Progress",
    "Remark",
    "Report",
    "Rule",
    "Severity",
    "audit",
    "default_rules",
    "ends_soon",
    "explain",
    "provisioning_stuck",
    "status_of",
]
