"""
Mutation testing: change the package in one place, and check that a test fails.

    python tools/mutants.py [FILE...] [--per-file 9] [--seed 1] [--bar 95]

Works on a copy of the repository. One run of the fast lane under coverage records which tests
execute which lines. For each mutant, up to 40 tests of its line are run, those of the module's
test file first; if they pass, a sample of the other tests of its line. For lines that are
executed on import, all test files that execute the module are run. A mutant that exceeds the time
limit counts as caught.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import coverage
from mutations import Mutator

ROOT = Path(__file__).parents[1]
LISTED = tomllib.loads((ROOT / "tools" / "equivalent_mutants.toml").read_text(encoding="utf-8"))
EQUIVALENT = {(one["file"], one["line"], one["mutation"]) for one in LISTED["mutants"]}
# The modules behind the guarantees: calls, billing, tokens, pages, parsing, audits, webhooks.
CORE = """
    audit/_distributed audit/_plan audit/_charges webhooks/_events webhooks/_receiver
    ordering/_flow inventory/_completeness inventory/_checkpoint
    _client/resources/available_numbers
    _core/auth/cache _core/auth/oauth _core/transport/timeouts _core/transport/aiohttp
    _core/serialization/converter _core/serialization/codegen _core/pagination _core/arguments
    _core/rate_limit/limiter _core/rate_limit/pacer
    _core/retry/retry_after _core/retry/policy _core/retry/driver
    _core/billing/decisions _core/billing/evidence _core/billing/outcomes
    _core/billing/settlement _core/billing/recovery _core/billing/register
    _core/billing/memory _core/claim _core/responses _core/pipeline
"""
LINE_TESTS = 40
MORE_TESTS = 400


def run(tree: Path, *arguments: str, limit: float = 120) -> tuple[int, str]:
    """Run pytest on the copy; return its exit code and the first test that failed."""
    command = [sys.executable, "-m", *arguments, "--tb=no", "--ignore=tests/test_speed.py"]
    environment = os.environ | {"PYTHONPATH": str(tree)}
    try:
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        done = subprocess.run(command, cwd=tree, env=environment, timeout=limit, **output)
    except subprocess.TimeoutExpired:
        return 1, "the time limit"
    failed = re.search(r"^(?:FAILED|ERROR) (tests\S+)", done.stdout, re.MULTILINE)
    # 1: a test failed; 2: a test module could not be imported; 4: a conftest, or wrong arguments
    loads = "while loading conftest" not in done.stdout
    if done.returncode > 2 and loads and not failed:
        sys.exit(f"pytest does not run {arguments}: {done.stdout[-1000:]}")
    return done.returncode, failed[1] if failed else f"exit code {done.returncode}"


def executed(tree: Path) -> coverage.CoverageData:
    """Run the fast lane once; return which tests execute which lines."""
    settings = "parallel = true\ndynamic_context = test_function\npatch = subprocess\n"
    (tree / ".coveragerc").write_text(f"[run]\n{settings}source_pkgs = sinch_numbers\n")
    traced = ("coverage", "run", "-m", "pytest")
    # Tracing takes so long that a time limit can end a test: those run again.
    if run(tree, *traced, limit=3600)[0] and (by := run(tree, *traced, "--lf", limit=3600))[0]:
        sys.exit(f"the fast lane fails without a mutant: {by[1]}")
    subprocess.run([sys.executable, "-m", "coverage", "combine", "-q"], cwd=tree, check=True)
    data = coverage.CoverageData(str(tree / ".coverage"))
    data.read()
    return data


def tests_of(contexts: list[str], tree: Path, own: str) -> list[str]:
    """Return the test IDs of coverage contexts, those of the file *own* first."""
    parts = (context.rpartition(".") for context in sorted(set(contexts)) if context)
    named = [(Path(*module.split(".")).with_suffix(".py"), test) for module, _, test in parts]
    there = [(path, test) for path, test in named if (tree / path).is_file()]
    there.sort(key=lambda one: one[0].name != own)
    return [f"{path}::{test}" for path, test in there]


def results(
    tree: Path, name: str, contexts: dict[int, list[str]], chance: random.Random, count: int
) -> Iterator[tuple[str, str, str]]:
    """Yield location, mutation, and result of *count* mutants of a file."""
    source = (tree / name).read_text(encoding="utf-8")
    own = f"test_{Path(name).stem.removeprefix('_')}.py"
    # Coverage does not know which test started a task, so the module's own tests all run.
    own_files = [str(path.relative_to(tree)) for path in (tree / "tests").rglob(own)]
    near = {line: tests_of(found, tree, own) for line, found in contexts.items()}
    files = sorted({test.partition("::")[0] for tests in near.values() for test in tests})
    (mutator := Mutator()).visit(ast.parse(source))
    places = range(len(mutator.found))
    for place in sorted(chance.sample(places, min(count, len(places)))):
        number, label = mutator.found[place]
        line = source.splitlines()[number - 1].strip()
        if (name, line, label) in EQUIVALENT:
            yield f"{name}:{number}", label, "equivalent"
            continue
        changed = ast.fix_missing_locations(Mutator(place).visit(ast.parse(source)))
        (tree / name).write_text(ast.unparse(changed), encoding="utf-8")
        tests = near.get(number, [])
        some = [*own_files, *tests[:LINE_TESTS], "tests/test_defaults.py"]
        code, by = run(tree, "pytest", "-x", "-n", "0", *some)
        rest = tests[LINE_TESTS:]
        more = chance.sample(rest, min(MORE_TESTS, len(rest))) if tests else files
        if code == 0 and more:
            code, by = run(tree, "pytest", "-x", *more)
        (tree / name).write_text(source, encoding="utf-8")
        yield f"{name}:{number}", f"{label} in `{line}`", f"caught by {by}" if code else "SURVIVED"


def main() -> int:
    """Run from the command line."""
    core = [f"sinch_numbers/{name}.py" for name in CORE.split()]
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("files", nargs="*", default=core)
    parser.add_argument("--per-file", type=int, default=9)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bar", type=float, default=95.0, help="percent that must be caught")
    given = parser.parse_args()
    print(f"seed {given.seed}, {given.per_file} mutants in each of {len(given.files)} files")
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as directory:
        tree = Path(directory).resolve() / "copy"
        ignored = shutil.ignore_patterns(".git", ".venv", ".nox", ".*_cache", "__pycache__")
        shutil.copytree(ROOT, tree, ignore=ignored)
        data = executed(tree)
        for name in given.files:
            contexts = data.contexts_by_lineno(str(tree / name))
            chance = random.Random(f"{given.seed} {name}")
            for where, what, end in results(tree, name, contexts, chance, given.per_file):
                counts[end.split()[0]] += 1
                print(f"{where}: {what}: {end}", flush=True)
    total = counts["caught"] + counts["SURVIVED"]
    share = 100 * counts["caught"] / max(total, 1)
    print(f"{counts['caught']} of {total} caught ({share:.1f} %)", dict(counts))
    return int(share < given.bar)


if __name__ == "__main__":
    sys.exit(main())
