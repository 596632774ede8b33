"""Short fuzzing run; ``run.py`` beside this file runs longer."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .targets import TARGETS, corpus

RUN = Path(__file__).parent / "run.py"
EXECUTIONS = 6_000

BROKEN = """
import runpy, sys
sys.path.insert(0, {here!r})
import targets
def broken(data):
    if b'"mess' in data and data[-1:] != b"}}":
        raise LookupError("found it")
targets.TARGETS = {{"broken": broken}}
sys.argv = ["run.py", "--engine", "plain", "--seconds", "20", "--seed", "7"]
runpy.run_path({run!r}, run_name="__main__")
"""


def fuzz(*argv):
    return subprocess.run(
        [sys.executable, *map(str, argv)], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("target", TARGETS)
def test_no_text_of_the_corpus_raises_what_is_not_promised(target):
    """
    What services send, and what was hostile once, whole and without its second half.
    """
    for text in corpus(longest=4096):
        TARGETS[target](text)
        TARGETS[target](text[: len(text) // 2])


@pytest.mark.slow
@pytest.mark.parametrize("target", ["decode", "parse", "reply", "refuse", "wait", "token"])
def test_no_bytes_raise_what_is_not_promised(target):
    """
    Another seed each time: who finds something has it in the output, and the bytes, too.
    """
    seed = int.from_bytes(os.urandom(3), "big")
    ended = fuzz(
        RUN, "--engine", "plain", "--executions", EXECUTIONS, "--seed", seed, "--target", target
    )
    print(f"{target}: {ended.stdout}{ended.stderr}")

    assert (0, "") == (ended.returncode, ended.stderr)
    assert f"seed {seed}" in ended.stdout
    executions = re.search(r"^([\d,]+) executions in .* 0 uncaught$", ended.stdout, re.MULTILINE)
    assert executions
    assert int(executions[1].replace(",", "")) >= EXECUTIONS


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes():
    """
    A finding can be had again.
    """
    argv = ["--engine", "plain", "--executions", "4000", "--seed", "5", "--target", "wait"]
    script = (
        f"import runpy, sys, hashlib; sys.path.insert(0, {str(RUN.parent)!r}); import targets;"
        f"seen = hashlib.sha256(); targets.TARGETS['wait'] = seen.update;"
        f"sys.argv = ['run.py', *{argv!r}]; main = runpy.run_path({str(RUN)!r})['main'];"
        "main(); print(seen.hexdigest())"
    )
    first, second = (fuzz("-c", script).stdout.splitlines()[-1] for _ in range(2))
    assert first == second
    assert 64 == len(first)


@pytest.mark.slow
def test_a_finding_is_told_with_its_bytes():
    """
    Once for each place, however often it is found, and the exit code says so.
    """
    script = BROKEN.format(here=str(RUN.parent), run=str(RUN))
    script = script.replace('"--seconds", "20"', '"--executions", "20000"')
    ended = fuzz("-c", script)

    assert 1 == ended.returncode, ended.stderr
    assert 1 == ended.stdout.count("FINDING in broken: ")
    assert "LookupError: found it" in ended.stdout
