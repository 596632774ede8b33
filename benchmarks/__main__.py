"""Run benchmarks by name, or all of them."""

import argparse
import json

from rich.console import Console

from benchmarks import inventory, pagination, sync, webhooks

BENCHMARKS = {"inventory": inventory, "pagination": pagination, "sync": sync, "webhooks": webhooks}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count (default: 7)")
    parser.add_argument("--json", action="store_true", help="one JSON object a comparison")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    console = Console()
    for name in arguments.names or BENCHMARKS:
        for comparison in BENCHMARKS[name].run(arguments.rounds):
            if arguments.json:
                print(json.dumps(comparison.json()))
            else:
                console.print(comparison.table())


if __name__ == "__main__":
    main()
