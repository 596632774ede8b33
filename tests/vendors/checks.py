"""
The vendor's Node SDK works against the sandbox: all of its calls about numbers.

Run by name, where Node and npm are: ``nox -s vendors``. The variable ``NODE_PACKAGES`` has the
directory in which ``npm install`` installed ``package.json``. Its overrides accept any 1.x of the
products that aren't tried, since not every registry has their releases of the same version.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from products import every

from .shop import FREE, OTHER, OURS, REJECTED, SWITCHES, shop

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("node_sdk.cjs")


def outcomes(**switches: Any) -> tuple[dict[str, Any], list[str]]:
    """Make all calls; return the printed outcomes, and the operations that took effect."""
    with shop(**switches) as served:
        environment = {**os.environ, **served.sandbox.environment}
        made = subprocess.run(
            ["node", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        ledger = [entry.operation for entry in served.sandbox.ledger]
    return json.loads(made.stdout.splitlines()[-1]), ledger


@every("switches", [{}, SWITCHES])
def test_every_call_works(switches: dict[str, Any]) -> None:
    """Every call gets what the sandbox has; what is rejected by decision needs its switch."""
    printed, ledger = outcomes(**switches)
    made = {(one["method"], one["note"]): one["result"] for one in printed["outcomes"]}
    statuses = {(one["method"], one["note"]): one["status"] for one in printed["outcomes"]}

    assert set(printed["methods"]) == {method for method, _ in made}
    for (method, note), status in statuses.items():
        expected = 400 if note in REJECTED and not switches else 200
        assert expected == status, (method, note)
    found = made["numbers.searchForAvailableNumbers", "escaped"]["availableNumbers"]
    assert [FREE] == [number["phoneNumber"] for number in found]
    # The SDK doesn't escape queries, and a plus sign means a blank there.
    assert {"availableNumbers": []} == made["availableNumber.list", "plus"]
    assert FREE == made["numbers.rent", ""]["phoneNumber"]
    for method in ("numbers.list", "activeNumber.list"):
        assert {OURS, OTHER, FREE} <= set(made[method, ""])
    assert "by Node" == made["numbers.update", ""]["displayName"]
    validated = made["numbers.validateEmergencyAddress", ""]
    assert "Main St" == validated["correctedAddress"]["streetInfo"]
    assert made["numbers.release", ""]["expireAt"]
    assert (3 + bool(switches)) == ledger.count("rent")
