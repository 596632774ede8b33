"""Nox sessions: tests, checks, docs, benchmarks, builds, in clean environments."""

import shutil
import sys
from functools import partial
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "types", "twins"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
EXTRAS = ",".join(PYPROJECT["project"]["optional-dependencies"])

RELEASE = (
    *("backoff", "browser", "docs", "distributed", "spreadsheet", "floors", "plain", "properties"),
    *("optimized", "chaos", "fuzz", "vendors", "audit", "build", "rehearsal", "frozen"),
    "reports",
)
"""What `nox -s release` runs besides `.ci/run`."""

SMOKE = """
import importlib.metadata
import sinch_numbers
import sinch_numbers.otel

assert importlib.metadata.version("sinch-numbers") == sinch_numbers.__version__
assert all(hasattr(sinch_numbers, name) for name in sinch_numbers.__all__)
"""


def install(
    session: nox.Session, *groups: str, extras: str = "cli,fast,html,parquet,xlsx,yaml"
) -> None:
    """
    Install the package, editable, with extras and dependency groups.

    Only the modules that a session imports are compiled, when it imports them.
    """
    needed = nox.project.dependency_groups(PYPROJECT, *groups)
    session.install("-q", "--no-compile", "-e", f".[{extras}]" if extras else ".", *needed)


@nox.session(python=["3.11", "3.12", "3.13", "3.14"])
def tests(session: nox.Session) -> None:
    """Run the fast lane."""
    install(session, "test")
    session.run("pytest", *session.posargs)


@nox.session
def slow(session: nox.Session) -> None:
    """Run the slow lane: chaos, fuzzing, docs, subprocesses, complete case products."""
    install(session, "slow")
    session.run("pytest", "-m", "slow", *session.posargs)


@nox.session
def plain(session: nox.Session) -> None:
    """Run both lanes without orjson and with aiohttp's pure-Python parser."""
    install(session, "slow", extras="cli")
    session.run("pytest", "-m", "", *session.posargs, env={"AIOHTTP_NO_EXTENSIONS": "1"})


@nox.session
def optimized(session: nox.Session) -> None:
    """Run both lanes with ``-O``, to prove that no code depends on asserts."""
    install(session, "slow")
    # pytest warns that asserts outside of test modules are not run, which is intended.
    quiet = ("-W", "ignore::pytest.PytestConfigWarning")
    optimized = {"PYTHONOPTIMIZE": "1"}  # unlike `-O`, it reaches the workers
    session.run("pytest", "-m", "", *quiet, *session.posargs, env=optimized)


@nox.session
def properties(session: nox.Session) -> None:
    """Run the properties of the slow lane with their largest numbers of examples."""
    install(session, "slow")
    env = {"MOST_EXAMPLES": "1"}
    session.run("pytest", "-m", "slow", "-k", "examples", *session.posargs, env=env)


@nox.session
def chaos(session: nox.Session) -> None:
    """Run the chaos tests' long lane, hundreds of thousands of faults, and write its report."""
    install(session, "slow")
    written = ["--lane", "long", "--report", "tests/chaos/RESULTS.md"]
    session.run("python", "tests/chaos/run.py", *(session.posargs or written))


@nox.session(venv_backend="none")
def reports(session: nox.Session) -> None:
    """Check that the reports of benchmarks and chaos tests measured the code of this commit."""
    session.run(sys.executable, "-m", "benchmarks._measured_code", external=True)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Fuzz the parsers with three million hostile inputs."""
    install(session, "test")
    session.run("python", "tests/fuzz/run.py", *(session.posargs or ["--executions", "3000000"]))


@nox.session
def backoff(session: nox.Session) -> None:
    """Run the retry tests with both backoff distributions, and without its files."""
    install(session, "pytest", extras="cli")
    # Both own the same files, so uninstalling one of them breaks the other.
    session.install("-q", "backoff", "python-backoff")
    session.run("python", "-m", "pip", "uninstall", "-q", "-y", "backoff")
    repair = session.run("python", "-c", "import sinch_numbers", success_codes=[1], silent=True)
    if not str(repair).rstrip().endswith("--force-reinstall --no-deps python-backoff"):
        session.error(f"the import error does not contain the repair command: {repair}")
    for distribution in ("python-backoff>=3", "backoff>=2.2.1"):
        session.run("python", "-m", "pip", "uninstall", "-q", "-y", "backoff", "python-backoff")
        session.install("-q", distribution)
        session.run("pytest", "-n", "0", "tests/_core/test_call_path.py")


@nox.session
def browser(session: nox.Session) -> None:
    """Check the HTML audit report in Chromium, which must be installed."""
    install(session, "test", "browser")
    session.run("pytest", "-n", "0", "tests/browser/checks.py", *session.posargs)


@nox.session
def spreadsheet(session: nox.Session) -> None:
    """Check saved lists and workbooks with LibreOffice, which must be installed."""
    install(session, "spreadsheet")
    session.run("pytest", "-n", "0", "tests/spreadsheet/checks.py", *session.posargs)


@nox.session
def vendors(session: nox.Session) -> None:
    """Make every Numbers call of the vendor's Python and Node SDKs; needs Node and npm."""
    install(session, "slow")
    packages = Path(session.create_tmp()).absolute() / "node"
    packages.mkdir(exist_ok=True)
    shutil.copy("tests/vendors/package.json", packages)
    npm = ("npm", "install", "--no-audit", "--no-fund", "--prefix", str(packages))
    session.run(*npm, external=True, silent=True)
    checks = ("tests/vendors/checks.py", "tests/vendors/test_python_sdk.py")
    env = {"NODE_PACKAGES": str(packages)}
    session.run("pytest", "-n", "0", "-m", "", *checks, *session.posargs, env=env)


@nox.session(venv_backend="none")
def release(session: nox.Session) -> None:
    """Run every check of a release that is too slow, or needs too much, for each change."""
    for name in RELEASE:
        session.notify(name)


@nox.session
def distributed(session: nox.Session) -> None:
    """Distribute an audit over several processes, and kill one of them."""
    install(session, "test", "distributed")
    session.run("pytest", "-n", "0", "tests/distributed/checks.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation site without warnings, and check it, also in Chromium."""
    install(session, "docs", "browser")
    site = Path(session.create_tmp()) / "site"
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DOCS_REPOSITORY": "https://example.com/sinch_numbers"}
    session.run("mkdocs", "build", "--strict", "--clean", "--site-dir", str(site), env=quiet)
    env = {"DOCS_SITE": str(site)}
    session.run(
        "pytest",
        "-n",
        "0",
        "tests/site/checks.py",
        "tests/site/pages.py",
        *session.posargs,
        env=env,
    )


@nox.session
def audit(session: nox.Session) -> None:
    """Check the dependencies for known vulnerabilities."""
    install(session)
    session.install("-q", "pip-audit")
    session.run("pip-audit", "--skip-editable", *session.posargs)


@nox.session
def floors(session: nox.Session) -> None:
    """Run both lanes with the oldest releases that the metadata allows."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
    install(session, "slow")
    # Each OpenTelemetry SDK requires exactly the API release of the same version.
    pinned = [requirement.replace(">=", "==", 1) for requirement in declared]
    session.install("-q", *pinned, "opentelemetry-sdk")
    session.run("pytest", "-m", "", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check lint rules, formatting, and import contracts."""
    session.install("-q", *nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")
    session.run("lint-imports", env={"PYTHONPATH": "."})


@nox.session
def types(session: nox.Session) -> None:
    """Check types with mypy and pyright."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "-n", "0", "tests/typing/checks.py")


@nox.session
def twins(session: nox.Session) -> None:
    """Check that generated files are current; ``nox -s twins -- write`` writes them."""
    check = [] if session.posargs == ["write"] else ["--check"]
    install(session, "test")
    session.run("python", "tools/generate_exports.py", *check)
    session.run("python", "tools/generate_completion.py", *check)
    session.run("python", "tools/generate_command_line.py", *check)
    session.run("python", "tools/generate_sync.py", *check)


@nox.session
def coverage(session: nox.Session) -> None:
    """Report the lines and branches that neither lane covers."""
    install(session, "slow", "coverage")
    # Tracing slows down the code whose speed this file measures.
    speed = "--ignore=tests/test_speed.py"
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-m", "", speed, *session.posargs)
    session.run("coverage", "combine", "-q")
    session.run("coverage", "report")


@nox.session
def mutants(session: nox.Session) -> None:
    """Run mutation tests."""
    install(session, "test", "coverage")
    session.run("python", "tools/mutants.py", *session.posargs)


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Run the benchmarks, or only a named one; ``--report`` writes a file."""
    install(session, "benchmarks", extras="cli,fast")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def frozen(session: nox.Session) -> None:
    """Freeze a program with PyInstaller, and run it."""
    needed = nox.project.dependency_groups(PYPROJECT, "frozen")
    session.install("-q", ".[cli,fast,html]", *needed)  # not editable, as users install it
    # From elsewhere, so that PyInstaller doesn't find the source tree.
    with session.chdir(session.create_tmp()):
        checks = str(Path(__file__).parent / "tests" / "frozen" / "checks.py")
        session.run("pytest", "--noconftest", "-o", "addopts=", checks, *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel into ``dist``, check them, and smoke-test both."""
    session.install("-q", *nox.project.dependency_groups(PYPROJECT, "build"))
    dist = Path("dist").absolute()
    shutil.rmtree(dist, ignore_errors=True)
    # Reproducible: the timestamp is the commit's, and the checks build again to compare.
    committed = session.run("git", "log", "-1", "--format=%ct", external=True, silent=True)
    session.env["SOURCE_DATE_EPOCH"] = str(committed).strip()
    session.run("python", "-m", "build", "--outdir", str(dist / "packages"), silent=True)
    packages = sorted((dist / "packages").iterdir(), reverse=True)  # the wheel last
    session.run("twine", "check", "--strict", *map(str, packages))
    alone = ("--noconftest", "-o", "addopts=--import-mode=importlib")  # no plugins are needed
    session.run("pytest", *alone, "tests/packaging/checks.py", *session.posargs)
    away = Path(session.create_tmp()).absolute()
    for package in packages:
        clean = away / package.name / "bin"
        with session.chdir(away):
            try_out(session, package, clean)
    # The SBOM lists the wheel's environment, which is what users install.
    session.run(
        *("cyclonedx-py", "environment", str(clean / "python"), "--pyproject", "pyproject.toml"),
        *("--mc-type", "library", "--output-reproducible"),
        *("--output-file", str(dist / "sinch_numbers.cdx.json")),
    )


@nox.session
def rehearsal(session: nox.Session) -> None:
    """
    Follow docs/install.md with pip, uv, and pipx; needs the packages that ``build`` made.

    ``nox -s rehearsal -- --debian trixie`` does so in a minimal Debian (as root, by debootstrap).
    """
    files = ["tests/packaging/rehearsal.py", "docs/install.md", "dist/packages"]
    if session.posargs[:1] == ["--debian"]:
        for suite in session.posargs[1:]:
            on_debian(session, suite, files)
        return
    session.install("-q", *nox.project.dependency_groups(PYPROJECT, "rehearsal"))
    session.run("python", *files, *session.posargs)


def on_debian(session: nox.Session, suite: str, files: list[str]) -> None:
    """Rehearse the installation in a new system of Debian, with its own Python and pipx."""
    root = Path(session.create_tmp()).absolute() / suite
    shutil.rmtree(root, ignore_errors=True)
    packages = "--include=ca-certificates,pipx,python3-venv"
    session.run(
        *("debootstrap", "--variant=minbase", packages, suite, str(root)),
        *("http://deb.debian.org/debian", "/usr/share/debootstrap/scripts/sid"),
        external=True,
        silent=True,
    )
    for file in map(Path, files):
        copy = shutil.copytree if file.is_dir() else shutil.copy
        copy(file, root / file.name)
    # What this machine trusts, which may include the authority of a proxy.
    trusted = "etc/ssl/certs/ca-certificates.crt"
    shutil.copy(Path("/", trusted), root / trusted)
    network = (f"SSL_CERT_FILE=/{trusted}", f"PIP_CERT=/{trusted}")
    clean = ("env", "-i", "HOME=/root", "PATH=/root/.local/bin:/usr/bin:/bin", *network)
    # uv finds itself in /proc, which is mounted for these processes only.
    alone = ("unshare", "--mount", "--pid", "--fork", f"--mount-proc={root / 'proc'}")
    inside = partial(session.run, *alone, "chroot", str(root), *clean, external=True)
    inside("pipx", "install", "uv", silent=True)
    inside("python3", *(Path(file).name for file in files))


def try_out(session: nox.Session, package: Path, clean: Path) -> None:
    """Install *package* with all extras in a new environment, and use it there."""
    session.run("python", "-m", "venv", "--clear", "--without-pip", str(clean.parent))
    use = partial(session.run, external=True)
    python = str(clean / "python")
    pip = ("python", "-m", "pip", "--python", python)
    session.run(*pip, "install", "-q", f"{package}[{EXTRAS}]")
    use(str(clean / "sinch-numbers"), "--sandbox", "--sandbox-numbers", "50", "audit", silent=True)
    use(python, "-W", "error", "-c", SMOKE)
    # Pyright uses this session's Python to find packages, even if configured otherwise.
    where = use(
        python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", silent=True
    )
    looked_at = {"PYTHONPATH": str(where).strip()}
    session.run("pyright", "--verifytypes", "sinch_numbers", "--ignoreexternal", env=looked_at)
