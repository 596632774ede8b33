"""
Fuzz the functions that read responses::

    python tests/fuzz/run.py --executions 3000000
    python tests/fuzz/run.py --engine atheris --seconds 60 --target parse

Two engines find the bytes. ``atheris``, where it is installed, follows which lines they
reach. ``plain`` needs nothing: it bends, mixes and joins the corpus, from a seed, and keeps
what made the code answer in a way that it had not before. An execution is one text given to
one target. What a target raises is a finding: it is printed, its bytes in base64, and the
exit code is 1.
"""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from importlib.util import find_spec
from pathlib import Path

_BATCH = 2000
_LONGEST = 4096
_KEPT = 4000


class Mutator:
    """Makes texts out of texts."""

    def __init__(self, rng, corpus):
        from targets import malformed

        self.rng = rng
        self.corpus = corpus
        self.trees = []
        for text in corpus:
            self.learn(text)
        names = {name for tree in self.trees for name in _names(tree)}
        self.values = malformed.VALUES
        self.words = malformed.WORDS + [json.dumps(name).encode() for name in sorted(names)]

    def learn(self, text):
        """Keep the tree of *text*, if it is JSON, for bending values instead of bytes."""
        try:
            self.trees.append(json.loads(text))
        except (ValueError, RecursionError):
            return

    def keep(self, text):
        if len(self.corpus) < _KEPT:
            self.corpus.append(text)
            self.learn(text)

    def __call__(self):
        rng = self.rng
        if rng.random() < 0.35:
            text = json.dumps(self._bent(rng.choice(self.trees)), ensure_ascii=rng.random() < 0.5)
            data = text.encode("utf-8", "surrogatepass")
            if rng.random() < 0.7:
                return data
        else:
            data = rng.choice(self.corpus)
        data = bytearray(data)
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            self._bend(data)
        return bytes(data[:_LONGEST])

    def _bend(self, data):
        rng = self.rng
        at = rng.randrange(len(data) + 1)
        to = min(len(data), at + rng.choice((1, 1, 2, 4, 16, 200)))
        match rng.randrange(7):
            case 0 if data:
                data[min(at, len(data) - 1)] ^= 1 << rng.randrange(8)
            case 1 if data:
                data[min(at, len(data) - 1)] = rng.randrange(256)
            case 2:
                del data[at:to]
            case 3:
                data[at:at] = data[at:to]
            case 4:
                data[at:to] = rng.choice(self.words)
            case 5:
                other = rng.choice(self.corpus)
                start = rng.randrange(len(other) + 1)
                data[at:to] = other[start : start + rng.choice((4, 32, 300))]
            case _:
                data[at:at] = rng.choice(self.words)

    def _bent(self, tree):
        """Return *tree* with a few of its values replaced, dropped or moved elsewhere."""
        rng = self.rng
        if rng.random() < 0.12:
            return rng.choice(self.values)
        if isinstance(tree, dict):
            bent = {
                name: self._bent(value) if rng.random() < 0.4 else value
                for name, value in tree.items()
                if rng.random() > 0.03
            }
            if rng.random() < 0.1:
                bent[rng.choice(("new", "extra", "type", "", "details"))] = rng.choice(self.values)
            return bent
        if isinstance(tree, list):
            return [self._bent(value) for value in tree for _ in range(rng.choice((0, 1, 1, 2)))]
        return tree


def _names(tree):
    if isinstance(tree, dict):
        for name, value in tree.items():
            yield name
            yield from _names(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _names(value)


class Findings:
    """What went wrong, each kind told once."""

    def __init__(self):
        self.count = 0
        self._seen = set()

    def note(self, target, data, error):
        self.count += 1
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = (target, type(error), place.filename, place.lineno)
        if kind in self._seen:
            return
        self._seen.add(kind)
        told = "".join(traceback.format_exception(error)).rstrip()
        print(f"FINDING in {target}: {base64.b64encode(data).decode()}\n{told}", flush=True)


def plain(targets, corpus, args):
    """Run the engine of our own; return how often targets ran, and the findings."""
    mutator = Mutator(random.Random(args.seed), list(corpus))
    findings, executions = Findings(), 0
    end = time.monotonic() + args.seconds if args.seconds else float("inf")
    told = time.monotonic() + 30
    shapes = set()
    fixed = [*corpus, b""]
    while executions < args.executions and time.monotonic() < end:
        batch = fixed or [mutator() for _ in range(_BATCH)]
        fixed = None
        for name, target in targets.items():
            for data in batch:
                try:
                    target(data)
                except Exception as error:
                    findings.note(name, data, error)
            executions += len(batch)
        # A sample of what is new in kind goes back into the corpus.
        for data in batch[::10]:
            shape = _shape(data)
            if shape not in shapes:
                shapes.add(shape)
                mutator.keep(data)
        if time.monotonic() > told:
            print(f"... {executions:,} executions, {findings.count} findings", flush=True)
            told += 30
    return executions, findings.count


def _shape(data):
    """Return how *data* is read, in outline: by what problem, or as which types."""
    from sinch_numbers._core.serialization import json_text
    from sinch_numbers._core.serialization.converter import load
    from sinch_numbers.errors import APIResponseError
    from sinch_numbers.models import ActiveNumber

    try:
        payload = json_text.decode(data)
    except ValueError as error:
        return str(error).split(" at character")[0]
    try:
        load(payload, ActiveNumber)
    except APIResponseError as error:
        return str(error)
    return tuple(sorted((k, type(v).__name__) for k, v in payload.items()))


def with_atheris(args):
    """Run atheris in a process for each target, since it ends the one that it runs in."""
    names = [args.target] if args.target else list(_targets())
    executions = findings = 0
    for place, name in enumerate(names):
        runs = args.executions // len(names) + (place < args.executions % len(names))
        with tempfile.TemporaryDirectory() as directory:
            for number, text in enumerate(_corpus()):
                (Path(directory) / f"{number:04}").write_bytes(text)
            command = [sys.executable, __file__, "--one", name, directory, f"-seed={args.seed}"]
            command += [f"-runs={runs}", f"-max_len={_LONGEST}", "-print_final_stats=1"]
            command += [f"-artifact_prefix={directory}/", "-timeout=20", "-close_fd_mask=0"]
            if args.seconds:
                command.append(f"-max_total_time={max(1, round(args.seconds / len(names)))}")
            ended = subprocess.run(command, capture_output=True, text=True, check=False)
            done = [line for line in ended.stderr.splitlines() if "executed_units" in line]
            executions += int(done[-1].split()[-1]) if done else 0
            edges = [line for line in ended.stderr.splitlines() if " cov: " in line][-1:]
            print(f"{name}: {done[-1:]} {edges}", flush=True)
            if ended.returncode:
                findings += 1
                for left in Path(directory).glob("*-*"):
                    text = base64.b64encode(left.read_bytes()).decode()
                    print(f"FINDING in {name}: {text}", flush=True)
                print((ended.stdout + ended.stderr)[-4000:], flush=True)
    return executions, findings


def one_with_atheris(name, options):
    """Be the process of one target."""
    import atheris

    with atheris.instrument_imports(include=["sinch_numbers"]):
        target = _targets()[name]
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


def _targets():
    from targets import TARGETS

    return TARGETS


def _corpus():
    from targets import corpus

    return corpus(_LONGEST)


def main():
    sys.path.insert(0, str(Path(__file__).parent))
    if sys.argv[1:2] == ["--one"]:
        one_with_atheris(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--executions", type=int, default=3_000_000, help="at least so many")
    parser.add_argument("--seconds", type=float, help="at most so long")
    parser.add_argument("--seed", type=int, help="by default another one each time")
    parser.add_argument("--engine", choices=["atheris", "plain"], help="what is installed")
    parser.add_argument("--target", choices=list(_targets()), help="this one only")
    args = parser.parse_args()
    if args.seed is None:
        args.seed = int.from_bytes(os.urandom(4), "big") >> 1 or 1
    engine = args.engine or ("atheris" if find_spec("atheris") else "plain")
    print(f"engine {engine}, seed {args.seed}", flush=True)
    started = time.monotonic()
    if engine == "atheris":
        executions, findings = with_atheris(args)
    else:
        targets = _targets()
        if args.target:
            targets = {args.target: targets[args.target]}
        executions, findings = plain(targets, _corpus(), args)
    seconds = time.monotonic() - started
    print(
        f"{executions:,} executions in {seconds:.1f} s, {executions / seconds:,.0f} exec/s, "
        f"{findings} uncaught"
    )
    return 1 if findings or not executions else 0


if __name__ == "__main__":
    sys.exit(main())
