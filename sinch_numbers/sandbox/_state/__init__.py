"""The state of projects: numbers, orders, provisioning, ledger."""
