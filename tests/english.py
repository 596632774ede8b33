"""
Count phrases that plain engineering English avoids: ``python tests/english.py [PATH...]``.

Paths are Python files, pages in Markdown, or directories of both; by default those of the project.
"""

import ast
import io
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLACES = [ROOT / name for name in ("sinch_numbers", "docs", "README.md", "CHANGELOG.md")]
MARKERS = {
    "sentence that starts with What or Who": (
        r"(?:^|(?<=[.!:]\s)|(?<=\n\n))(?:What|Who)(?:ever)?\b(?![^.]*\?)"
    ),
    "tell, told": r"\b(?:tells?|told|telling)\b",
    "hear, heard": r"\b(?:hears?|heard)\b",
    "anew": r"\banew\b",
    "likewise": r"\blikewise\b",
    "whoever, whatever": r"\bwh(?:oever|omever|atever)\b",
    "nobody, somebody": r"\b(?:nobody|somebody)\b",
    "is to be": r"\b(?:is|are|was|were|has|have|had) to be\b",
    "of its own": r"\bof (?:its|his|their|one's|ours|your|our) own\b|\bof ours\b",
    "for want of": r"\bfor want of\b",
    "in the end": r"\bin the end\b",
    "once more": r"\bonce more\b",
    "there is none": r"\b(?:there is none|is none|is no|are no)\b",
    "let be": r"\blet be\b",
    "what came of it": r"\b(?:comes?|came) of (?:it|them|that)\b",
    "goes again": r"\b(?:goes?|went|sent) again\b",
    "in doubt": r"\bin doubt\b",
    "moment": r"\bmoments?\b",
    "held against": r"\bheld against\b",
}


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the docstrings, comments, and longer texts of a Python file, with their lines."""
    source = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if len(node.value.split()) > 2:
                yield node.lineno, node.value.strip()
        elif isinstance(node, ast.JoinedStr):
            text = "".join(
                part.value if isinstance(part, ast.Constant) else "X" for part in node.values
            )
            if len(text.split()) > 2:
                yield node.lineno, text.strip()
    comment: list[str] = []
    first = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            first = first or token.start[0]
            comment.append(token.string.lstrip("# "))
        elif token.type not in (tokenize.NL, tokenize.INDENT) and comment:
            yield first, " ".join(comment)
            comment, first = [], 0


def paragraphs(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs of a page without its code, with their lines."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(
        r"^( *)```.*?^\1```$",
        lambda code: "\n" * code[0].count("\n"),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
    for paragraph in re.finditer(r"(?:.+\n?)+", re.sub(r"`[^`\n]*`", "X", text)):
        yield text[: paragraph.start()].count("\n") + 1, paragraph[0]


def found(paths: list[Path]) -> Iterator[tuple[str, Path, int, str]]:
    """Yield each marker with its place and a piece of the text around it."""
    for path in paths:
        for line, text in paragraphs(path) if path.suffix == ".md" else prose(path):
            for marker, pattern in MARKERS.items():
                for match in re.finditer(pattern, text):
                    around = text[max(0, match.start() - 40) : match.end() + 50]
                    yield marker, path, line, " ".join(around.split())


def files(given: list[str]) -> list[Path]:
    """Return the files at and below the given paths, by default those of the project."""
    roots = [Path(one) for one in given] or PLACES
    return sorted(
        path
        for root in roots
        for path in ([root] if root.is_file() else root.rglob("*"))
        if path.suffix in (".py", ".md") and "_generated" not in path.parts
    )


def words(paths: list[Path]) -> int:
    """Return how many words the prose has."""
    texts = (paragraphs(path) if path.suffix == ".md" else prose(path) for path in paths)
    return sum(len(text.split()) for found in texts for _, text in found)


if __name__ == "__main__":
    chosen = files(sys.argv[1:])
    counts: Counter[str] = Counter()
    for marker, path, line, around in found(chosen):
        counts[marker] += 1
        print(f"{path}:{line}: {marker}: {around}")
    total = words(chosen)
    for marker, count in counts.most_common():
        print(f"{count:5} ({1000 * count / total:.2f} per 1,000 words) {marker}")
