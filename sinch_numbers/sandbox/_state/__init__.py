"""Project state: numbers, orders, provisioning, ledger."""
