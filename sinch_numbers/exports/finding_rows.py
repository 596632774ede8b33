"""Findings as rows."""

from typing import Final

from sinch_numbers.audit import Finding
from sinch_numbers.exports.columns import Column, Kind, Table

FINDINGS: Final[Table[Finding]] = Table(
    "findings",
    (
        Column("rule", Kind.TEXT, lambda finding: finding.rule),
        Column("severity", Kind.TEXT, lambda finding: finding.severity.value),
        Column("phone_number", Kind.PHONE_NUMBER, lambda finding: finding.phone_number),
        Column("region_code", Kind.TEXT, lambda finding: finding.region_code),
        Column("type", Kind.TEXT, lambda finding: finding.type),
        Column("display_name", Kind.TEXT, lambda finding: finding.display_name),
        Column("message", Kind.TEXT, lambda finding: finding.message),
        Column("advice", Kind.TEXT, lambda finding: finding.advice),
    ),
)
"""Findings of an audit: rule, severity, whose number, what is wrong, what to do."""
