"""Run benchmarks by name, or all of them."""

import argparse
import asyncio
import json

from benchmarks import pagination
from benchmarks._measure import as_json, show

BENCHMARKS = {"pagination": pagination}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count (default: 7)")
    parser.add_argument("--json", action="store_true", help="one JSON object a benchmark")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    for name in arguments.names or BENCHMARKS:
        benchmark = BENCHMARKS[name]
        figures, floor = asyncio.run(benchmark.run(arguments.rounds))
        if arguments.json:
            print(json.dumps(as_json(name, benchmark.UNIT, figures, floor)))
        else:
            show(benchmark.TITLE, benchmark.UNIT, figures, floor)


if __name__ == "__main__":
    main()
