"""The arithmetic of the benchmarks: bars, reports, comparisons of commits. Nothing is measured."""

import importlib
import inspect
import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from products import every

from sinch_numbers import ActiveNumber
from sinch_numbers.inventory import Inventory

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").iterdir())


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make `benchmarks` importable."""
    monkeypatch.syspath_prepend(ROOT)


def comparison(name: str, inventory: str = "realistic", **rates: tuple[float, ...]) -> Any:
    from benchmarks._measure import Comparison, Figures

    figures = tuple(Figures(contender, values) for contender, values in rates.items())
    return Comparison(name, name, "numbers", figures, figures[0].name, inventory=inventory)


def bar(**changes: object) -> Any:
    from benchmarks._bars import Bar

    given = {"comparison": "list", "contender": "ours", "reference": "theirs", "bound": 2.0}
    return Bar("list, x theirs", **{**given, "goal": 3.0, **changes})


@pytest.mark.parametrize(
    ("ours", "changes", "expected"),
    [
        ((3.0, 2.9, 3.5), {}, "met, and the goal"),
        ((2.0, 2.5, 2.9), {}, "met"),
        ((1.9, 2.5, 2.9), {}, "met, but not in each round"),
        ((1.9, 1.9, 2.9), {}, "NOT met"),
        (
            (2.0, 3.0, 2.5),
            {"at_most": True, "goal": 1.0, "bound": 2.5},
            "met, but not in each round",
        ),
        ((2.0, 1.5, 1.2), {"at_most": True, "goal": 1.5}, "met, and the goal"),
        ((2.1, 2.2, 1.0), {"at_most": True, "goal": 1.0}, "NOT met"),
        ((2.0, 2.0, 2.0), {"goal": None}, "met"),
    ],
)
def test_a_bar_judges_the_median_and_the_worst_round(
    ours: tuple[float, ...], changes: dict[str, Any], expected: str
) -> None:
    """A bar is met by the median; a worst round that misses it is reported."""
    one = bar(**changes)
    measured = one.measured([comparison("list", ours=ours, theirs=(1.0, 1.0, 1.0))], "realistic")

    assert expected == one.verdict(measured)


def test_a_row_has_the_worst_round_and_the_medians_of_all_inventories() -> None:
    """A row of a bar shows median, worst round, bar, goal, verdict, and other data."""
    taken = [
        comparison("list", inventory, ours=rates, theirs=(1.0, 2.0, 1.0))
        for inventory, rates in (
            ("uniform", (8.0, 8.0, 9.0)),
            ("realistic", (3.0, 4.0, 2.5)),
            ("diverse", (1.0, 1.0, 1.0)),
        )
    ]

    assert (
        *("list, x theirs", "2.50", "2.00", ">= 2", "3", "met", "realistic"),
        *("8.00", "2.50", "1.00"),
    ) == bar().row(taken)


@every(
    ("ours", "expected"),
    [
        ((2.0, 3.0, 2.5), ""),
        ((1.9, 3.0, 2.5), "2.50 (worst round 1.90), bar >= 2: met, but not in each round"),
        ((1.0, 1.9, 1.5), "1.50 (worst round 1.00), bar >= 2: NOT met"),
    ],
)
def test_a_missed_bar_is_listed_with_its_value(ours: tuple[float, ...], expected: str) -> None:
    """A bar that a round does not meet is listed with median, worst round, and bound."""
    line = bar().miss([comparison("list", ours=ours, theirs=(1.0, 1.0, 1.0))])

    assert expected == line.removeprefix("list, x theirs: ")


def test_a_report_lists_missed_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report lists the missed bars, and the duration of each benchmark."""
    from benchmarks import _bars, _measured_code, _report

    monkeypatch.setattr(_bars, "BARS", (bar(),))
    monkeypatch.setattr(_measured_code, "described", lambda: "commit 1a2b3c4")  # takes seconds
    taken = [comparison("list", ours=(1.0,), theirs=(1.0,))]
    page = _report.page(taken, "run", 5, {"sync": 3.2, "rate": 1.0}, "none")

    assert "\n- list, x theirs: 1.00 (worst round 1.00), bar >= 2: NOT met\n" in page
    assert "\n- Duration: 4 s in all; sync 3 s, rate 1 s\n" in page


def test_a_complete_run_reads_other_data_in_fewer_rounds() -> None:
    """In a run of all benchmarks, data without a bar has two rounds where bars have more."""
    from benchmarks.__main__ import _runs

    everything = ("uniform", "realistic", "diverse")

    assert [(5, everything)] == _runs("pagination", None, 5, everything=True)
    assert [(5, ("realistic",)), (2, ("uniform", "diverse"))] == _runs(
        "gets", None, 5, everything=True
    )
    assert [(5, ("realistic",))] == _runs("gets", None, 5, everything=False)
    assert [(5, ("realistic",))] == _runs("store", None, 5, everything=True)
    assert [(5, ("diverse",))] == _runs("gets", ["diverse"], 5, everything=True)
    assert [(5, everything)] == _runs("gets", ["all"], 5, everything=True)


@pytest.mark.parametrize("reader", ["read_by_constructors", "read_unguarded"])
def test_hand_written_readers_return_what_the_client_does(reader: str) -> None:
    """The hand-written readers that show the limit return the numbers that the client reads."""
    from benchmarks import _by_hand, _wire

    read = getattr(_by_hand, reader)
    given = json.loads(_wire.page(1_000, 0, 1_000))["activeNumbers"]
    expected = [ActiveNumber.from_dict(number) for number in given]
    made = [read(number) for number in given]

    assert expected == made
    assert list(map(repr, expected)) == list(map(repr, made))
    assert {ActiveNumber} == set(map(type, made))


def test_a_bar_for_one_inventory_is_not_judged_on_another() -> None:
    """A bar whose inventory wasn't read isn't measured, and one without any data has no row."""
    uniform = [comparison("list", "uniform", ours=(9.0,), theirs=(1.0,))]
    row = bar().row(uniform)

    assert row is not None
    assert ("-", "-", "not measured") == (row[1], row[2], row[5])
    assert bar(comparison="gets").row(uniform) is None


def test_bars_have_different_names() -> None:
    """The name of a bar is enough to find its row."""
    from benchmarks._bars import BARS

    names = [one.what for one in BARS]

    assert sorted(set(names)) == sorted(names)


def test_goals_are_beyond_the_bars() -> None:
    """A goal is at least as strict as its bar."""
    from benchmarks._bars import BARS

    assert [] == [
        one.what
        for one in BARS
        if one.goal is not None
        and not (one.goal <= one.bound if one.at_most else one.goal >= one.bound)
    ]


def test_results_fill_the_table_of_the_readme() -> None:
    """The README's table is replaced by the bars meant for it, and nothing else changes."""
    from benchmarks import _bars, _report

    head, tail = "# x\n\n| a |\n|---|\n| b |\n\n## How fast\n\nText.\n\n", "\n## More\n\n| c |\n"
    rows = "".join(f"| {one.what} | {number}.00 | 1 |\n" for number, one in enumerate(_bars.BARS))
    results = (
        f"# R\n\n## Bars\n\n| what | measured | bar |\n| --- | ---: | ---: |\n{rows}\n## Tables\n"
    )
    updated = _report.update_readme(f"{head}| what |\n|---|\n| old |\n{tail}", results)

    expected = "".join(
        f"| {one.what} | {number}.00 |\n" for number, one in enumerate(_bars.BARS) if one.in_readme
    )
    assert f"{head}| on realistic data | measured |\n| --- | ---: |\n{expected}{tail}" == updated


def test_the_readme_quotes_each_bar_that_is_meant_for_it() -> None:
    """No figure of the results is left out of the README: ``python -m benchmarks --readme``."""
    from benchmarks import _bars

    section = re.compile(r"^## (?:Bars|How fast)$(.*?)^## ", re.MULTILINE | re.DOTALL)
    measured, quoted = (
        dict(re.findall(r"^\| (.+?) \| (.+?) \|", found[1], re.MULTILINE))
        for name in ("benchmarks/RESULTS.md", "README.md")
        if (found := section.search((ROOT / name).read_text(encoding="utf-8")))
    )
    meant = {
        bar.what: measured[bar.what]
        for bar in _bars.BARS
        if measured.get(bar.what) and bar.in_readme
    }

    assert meant
    assert meant == {what: value for what, value in quoted.items() if what in meant}


@pytest.mark.parametrize("change", ["", "-"])
def test_the_readme_is_not_filled_from_incomplete_results(change: str) -> None:
    """Results without a figure of the README are rejected by its name."""
    from benchmarks import _bars, _report

    first, *others = (one.what for one in _bars.BARS if one.in_readme)
    rows = [f"| {what} | 1.00 | 1 |" for what in others]
    rows += [f"| {first} | {change} | 1 |"] if change else []
    results = "\n".join(("# R", "", "## Bars", "", *rows, ""))

    with pytest.raises(ValueError, match=re.escape(first)):
        _report.update_readme("\n## How fast\n\n| a |\n", results)


@pytest.mark.slow
def test_a_report_names_machine_and_load() -> None:
    """A report states processor, cores, load, Python, and packages above its tables."""
    from benchmarks import _machine, _report

    load = _machine.watch()()
    page = _report.page(
        [comparison("list", ours=(2.0,))], "run", 1, {"sync": 3.2, "rate": 1.0}, load
    )

    assert re.search(r"^- Machine: .+, \d+ cores, \w+", page, re.MULTILINE)
    assert re.search(r"^- Load: before: .+; after: .+; other processes", page, re.MULTILINE)
    assert re.search(r"^- Python: \w+ 3\.\d+", page, re.MULTILINE)
    assert re.search(r"^- Packages: .*aiohttp \d", page, re.MULTILINE)
    assert re.search(r"^- Code: commit .+, fingerprint [0-9a-f]{16}$", page, re.MULTILINE)
    assert page.index("\n- Load") < page.index("\n## Bars") < page.index("\n### list")


def test_busy_time_excludes_idle_disk_and_guest_time() -> None:
    """Of /proc/stat, idle time, waiting for disks, and guests aren't counted as busy."""
    from benchmarks._machine import busy_seconds

    stat = "cpu  100 20 30 9000 800 5 5 40 60 7\ncpu0 1 1 1 1 1 1 1 1 1 1\n"

    assert 2.0 == busy_seconds(stat, 100)


def test_the_inventory_is_measured_at_its_default_page_size() -> None:
    """Lists of all contenders have the default page size of `Inventory`."""
    from benchmarks._listing import PAGE_SIZE

    assert inspect.signature(Inventory).parameters["page_size"].default == PAGE_SIZE


def test_the_sandbox_accepts_benchmark_numbers_without_unknown_fields() -> None:
    """Each inventory can be planted in the sandbox, which rejects fields that it doesn't know."""
    from benchmarks._inventories import INVENTORIES, UNKNOWN_FIELDS, without_unknown
    from benchmarks._server import sandbox_number

    for inventory in INVENTORIES.values():
        numbers = [inventory.number(index) for index in range(1_000)]
        special = [one for one in numbers if one != without_unknown(one)]
        planted = [sandbox_number(one) for one in numbers[:20] + special]

        assert inventory.name == "uniform" or len(special) >= len(UNKNOWN_FIELDS)
        assert [one["phoneNumber"] for one in numbers[:20] + special] == [
            one.phone_number for one in planted
        ]


def test_the_ideal_time_is_that_of_the_wait_or_of_the_work() -> None:
    """The ideal is pages x round trip / workers, unless the CPU time for the pages is longer."""
    from benchmarks import inventory
    from benchmarks._measure import Figures

    waiting = inventory.NUMBERS / inventory.PAGE_SIZE * inventory.ROUND_TRIP / inventory.WORKERS
    taken = Figures("read", (inventory.NUMBERS / (6 * waiting),) * 2)
    work = Figures("work", (inventory.NUMBERS / (3 * waiting), inventory.NUMBERS / (waiting / 2)))
    of_ideal, of_waiting = inventory.of_ideal(taken, work)

    assert pytest.approx((2.0, 6.0)) == of_ideal.rates
    assert pytest.approx((6.0, 6.0)) == of_waiting.rates


def test_slowest_and_fastest_are_one_inventory_each_in_all_rounds() -> None:
    """The slowest and fastest inventory are chosen by the median of all rounds."""
    from benchmarks._measure import Figures
    from benchmarks.pagination import slowest_and_fastest

    figures = [Figures("a", (5.0, 6.0, 1.0)), Figures("b", (4.0, 4.0, 4.0))]

    assert [(4.0, 4.0, 4.0), (5.0, 6.0, 1.0)] == [
        one.rates for one in slowest_and_fastest(figures)
    ]


def test_import_times_are_those_of_each_module_alone() -> None:
    """Times of -X importtime are read without nested imports, in milliseconds."""
    from benchmarks._fresh import parse_import_times

    printed = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:      1500 |       1500 |   anyio._core\n"
        "noise\n"
        "import time:       250 |       1750 | anyio\n"
    )

    assert {"anyio._core": 1.5, "anyio": 0.25} == parse_import_times(printed)


def test_the_most_expensive_imports_include_the_backend_of_anyio() -> None:
    """Ten modules are listed by median, after the total, and anyio's backend in any case."""
    from benchmarks.imports import ALL_IMPORTS, BACKEND, most_expensive

    slow = {f"m{number:02}": 10.0 + number for number in range(12)}
    rounds = [{**slow, BACKEND: 1.0}, {**slow, BACKEND: 3.0}, {**slow, "m00": 1000.0}]
    total, *listed = most_expensive(rounds)

    assert (ALL_IMPORTS, sum(slow.values()) + 1) == (total.name, total.rates[0])
    assert [*(f"m{number:02}" for number in range(11, 1, -1)), BACKEND] == [
        one.name for one in listed
    ]
    assert (1.0, 3.0, 0.0) == listed[-1].rates


def printed(unit: str, floor: str, **contenders: tuple[float, float]) -> str:
    """Return a line of --json: median, and ratio to the floor, by contender."""
    figures = {
        name.replace("_", " "): {"median": median, "ratio": {floor: ratio}}
        for name, (median, ratio) in contenders.items()
    }
    return json.dumps(
        {"benchmark": "job", "inventory": "", "unit": unit, "floor": floor, "contenders": figures}
    )


@pytest.mark.parametrize(
    ("unit", "floor", "expected"),
    [("gets/s", "json", 0.5), ("ms", "json", 2.0), ("gets/s", "ours", 8.0), ("ms", "ours", 0.125)],
)
def test_speed_is_relative_to_a_floor_that_is_not_ours(
    unit: str, floor: str, expected: float
) -> None:
    """More is better; floors and the vendor have no speed of their own."""
    from benchmarks._compare import speeds

    lines = [
        printed(unit, floor, ours=(8.0, 0.5), sinch=(4.0, 0.2), json=(16.0, 1.0)),
        '{"bars": []}',
    ]

    assert {("job", "ours"): expected} == speeds(lines)


@pytest.mark.parametrize(
    ("ratios", "slower"),
    [
        ((0.85, 0.89, 0.8), True),
        ((0.85, 0.91, 0.8), False),
        ((0.7, 1.3, 0.7), False),
        ((1.5, 1.6, 1.4), False),
    ],
)
def test_only_a_whole_spread_below_the_threshold_is_slower(
    ratios: tuple[float, ...], slower: bool
) -> None:
    """A contender is slower if every pair of runs is slower by more than the threshold."""
    from benchmarks._compare import compare

    key = ("list", "ours")
    (change,) = compare([({key: 10.0}, {key: 10.0 * ratio}) for ratio in ratios], 10)

    assert slower == change.slower
    assert pytest.approx((min(ratios), max(ratios))) == (change.speed.least, change.speed.most)


@pytest.mark.parametrize("given", [["--pairs", "1"], ["--rounds", "0"]], ids=" ".join)
def test_a_comparison_without_a_spread_is_rejected(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """One pair of runs cannot show noise, so it is rejected before anything is run."""
    from benchmarks import _compare

    with pytest.raises(SystemExit):
        _compare.main(["HEAD", *given])

    assert "--pairs must be at least 2, --rounds at least 1" in capsys.readouterr().err


def test_jobs_of_one_side_only_are_not_compared() -> None:
    """A contender that either commit lacks is left out of the table."""
    from benchmarks._compare import compare, markdown

    old, new, both = ("list", "old"), ("list", "new"), ("list", "both")
    changes = compare([({old: 1.0, both: 2.0}, {both: 1.0, new: 1.0})], 10)

    assert "| list | both | 0.500 | 0.500 | 0.500 | SLOWER |" in markdown("Speed", changes)
    assert [both] == [one.key for one in changes]


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_is_valid_yaml_with_steps(workflow: Path) -> None:
    """Each job of a workflow has a runner, a timeout, and steps that run or use something."""
    parsed = yaml.safe_load(workflow.read_text(encoding="utf-8"))

    assert {"contents": "read"} == parsed["permissions"]
    assert parsed["jobs"]
    for job in parsed["jobs"].values():
        assert job["timeout-minutes"] <= 60
        assert job["runs-on"]
        assert all(("run" in step) != ("uses" in step) for step in job["steps"])


def test_pull_requests_are_compared_with_their_base() -> None:
    """The workflow's command is one that the comparison accepts, with the base in a variable."""
    from benchmarks._compare import parser

    text = (ROOT / ".github" / "workflows" / "benchmarks.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    steps = workflow["jobs"]["compare"]["steps"]
    command = shlex.split(steps[-1]["run"])
    given = parser().parse_args(command[command.index("compare") + 1 :])

    assert {"pull_request"} == set(workflow[True])  # YAML 1.1 reads "on" as true
    assert ["nox", "-s", "benchmarks", "--", "compare", "$BASE"] == command[:6]
    assert ("$BASE", Path("$GITHUB_STEP_SUMMARY")) == (given.base, given.summary)
    assert "${{ github.event.pull_request.base.sha }}" == steps[-1]["env"]["BASE"]
    assert 0 == steps[0]["with"]["fetch-depth"]


def test_each_benchmark_can_be_named() -> None:
    """Each name of a benchmark is a module with a function that runs it."""
    from benchmarks.__main__ import BENCHMARKS, BY_NAME

    modules = [importlib.import_module(f"benchmarks.{name}") for name in (*BENCHMARKS, *BY_NAME)]

    assert [True] * len(modules) == [callable(module.run) for module in modules]


@pytest.mark.parametrize(
    "changed",
    [
        '"""Another docstring."""\n\ndef f():\n    """Text."""\n    return "#"  # why\n',
        'def f():\n\n    # why\n    return "#"\n',
    ],
)
def test_the_fingerprint_ignores_comments_and_docstrings(tmp_path: Path, changed: str) -> None:
    """A report stays valid when only words about the code change."""
    from benchmarks._measured_code import fingerprint

    module = tmp_path / "module.py"
    module.write_text('"""Module."""\ndef f():\n    """\n    Text.\n    """\n    return "#"\n')
    before = fingerprint(tmp_path)
    module.write_text(changed)

    assert before == fingerprint(tmp_path)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("module.py", 'def f():\n    return "# "\n'),
        ("module.py", 'def f():\n    return  "#"\n\nx = """a"""\n'),
        ("other.py", 'def f():\n    return "#"\n'),
    ],
    ids=["string", "assignment", "name"],
)
def test_the_fingerprint_depends_on_code_and_names(
    tmp_path: Path, name: str, changed: str
) -> None:
    """A report no longer describes code that was changed or moved."""
    from benchmarks._measured_code import fingerprint

    module = tmp_path / "module.py"
    module.write_text('def f():\n    return "#"\n')
    before = fingerprint(tmp_path)
    module.rename(tmp_path / name).write_text(changed)

    assert before != fingerprint(tmp_path)


def test_a_report_of_other_code_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The check names each report that measured other code, and the command that writes it."""
    from benchmarks import _measured_code

    (tmp_path / "sinch_numbers").mkdir()
    (tmp_path / "sinch_numbers" / "module.py").write_text("x = 1\n")
    current = _measured_code.described(tmp_path)
    for name in _measured_code.REPORTS:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"# R\n\n- Code: {current}\n")
    assert 0 == _measured_code.main(tmp_path)

    (tmp_path / "benchmarks" / "RESULTS.md").write_text("# R\n\n- Code: unknown\n")

    assert 1 == _measured_code.main(tmp_path)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("benchmarks/RESULTS.md measured other code")
    assert line.endswith(_measured_code.REPORTS["benchmarks/RESULTS.md"])
