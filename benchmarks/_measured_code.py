"""
The code that a report measured: ``python -m benchmarks._measured_code``.

Reports of benchmarks and of chaos tests contain the commit and a fingerprint of the package's
code. Comments, docstrings, and blank lines do not change the fingerprint. Run as a program, this
module exits with 1 if a report measured other code than that of this directory.
"""

import ast
import hashlib
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "sinch_numbers"
REPORTS = {
    "benchmarks/RESULTS.md": "python -m benchmarks --all --report benchmarks/RESULTS.md",
    "tests/chaos/RESULTS.md": "python tests/chaos/run.py --report tests/chaos/RESULTS.md",
}
"""Each report, and the command that writes it."""


def described(root: Path = ROOT) -> str:
    """Return the commit, and the fingerprint of the package."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"],
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    else:
        commit = done.stdout.strip()
    return f"commit {commit}, fingerprint {fingerprint(root / PACKAGE.name)}"


def fingerprint(package: Path = PACKAGE) -> str:
    """Return a hash over the code of all modules below *package*, and over their paths."""
    found = hashlib.sha256()
    for file in sorted(package.rglob("*.py")):
        found.update(f"\0{file.relative_to(package).as_posix()}\0".encode())
        found.update(code(file.read_text(encoding="utf-8")).encode())
    return found.hexdigest()[:16]


def code(source: str) -> str:
    """Return *source* without comments, docstrings, and blank lines."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and _is_text(node.value):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (_last(node) - node.lineno + 1)
    return "\n".join(kept for line in lines if (kept := line.rstrip()))


def measured_by(report: str) -> str:
    """Return the fingerprint in the text of a *report*, or an empty str."""
    found = re.search(r"^- Code: .*fingerprint ([0-9a-f]+)$", report, re.MULTILINE)
    return found[1] if found else ""


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def main(root: Path = ROOT) -> int:
    """Name each report that measured other code."""
    now = fingerprint(root / PACKAGE.name)
    others = {
        name: command
        for name, command in REPORTS.items()
        if measured_by((root / name).read_text(encoding="utf-8")) != now
    }
    for name, command in others.items():
        print(f"{name} measured other code than this ({now}); to measure again: {command}")
    return int(bool(others))


if __name__ == "__main__":
    sys.exit(main())
