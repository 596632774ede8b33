"""Everything that can be run on the project, in clean environments."""

from pathlib import Path

import nox

nox.options.default_venv_backend = "venv"
nox.options.sessions = ["tests", "lint", "types", "twins"]

PYPROJECT = nox.project.load_toml("pyproject.toml")
EXTRAS = ",".join(PYPROJECT["project"]["optional-dependencies"])


def install(
    session: nox.Session, *groups: str, extras: str = "cli,fast,html,parquet,yaml"
) -> None:
    """Install the package, editable, with what the named groups ask for."""
    needed = nox.project.dependency_groups(PYPROJECT, *groups)
    session.install("-q", "-e", f".[{extras}]" if extras else ".", *needed)


@nox.session(python=["3.11", "3.12", "3.13"])
def tests(session: nox.Session) -> None:
    """Run the tests."""
    install(session, "test")
    session.run("pytest", *session.posargs)


@nox.session
def plain(session: nox.Session) -> None:
    """Run the tests without orjson and with aiohttp's pure-Python parser."""
    install(session, "test", extras="cli")
    session.run("pytest", *session.posargs, env={"AIOHTTP_NO_EXTENSIONS": "1"})


@nox.session
def optimized(session: nox.Session) -> None:
    """Run the tests with ``-O``: no assert in the package does any work."""
    install(session, "test")
    # Pytest warns that asserts outside of test modules are not run, which is the point.
    quiet = ("-W", "ignore::pytest.PytestConfigWarning")
    session.run("python", "-O", "-m", "pytest", *quiet, *session.posargs)


@nox.session
def chaos(session: nox.Session) -> None:
    """Run the long lane: faults by the ten thousand, with figures."""
    install(session, "test")
    session.run("python", "tests/chaos/run.py", *(session.posargs or ["--lane", "long"]))


@nox.session
def fuzz(session: nox.Session) -> None:
    """Feed the readers three million hostile inputs."""
    install(session, "test")
    session.run("python", "tests/fuzz/run.py", *(session.posargs or ["--executions", "3000000"]))


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the page of an audit in Chromium, which the system has to have."""
    install(session, "test", "browser")
    session.run("pytest", "tests/browser/checks.py", *session.posargs)


@nox.session
def distributed(session: nox.Session) -> None:
    """Spread an audit over a cluster of processes, and kill one of them."""
    install(session, "test", "distributed")
    session.run("pytest", "tests/distributed/checks.py", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Make the site of the documentation, without a warning, and look at what came."""
    install(session, "docs")
    site = Path(session.create_tmp()) / "site"
    quiet = {"NO_MKDOCS_2_WARNING": "1"}
    session.run("mkdocs", "build", "--strict", "--clean", "--site-dir", str(site), env=quiet)
    session.run("pytest", "tests/site/checks.py", *session.posargs, env={"DOCS_SITE": str(site)})


@nox.session
def audit(session: nox.Session) -> None:
    """Look for known vulnerabilities in what the package stands on."""
    install(session)
    session.install("-q", "pip-audit")
    session.run("pip-audit", "--skip-editable", *session.posargs)


@nox.session
def floors(session: nox.Session) -> None:
    """Run the tests with the oldest releases that the metadata allows."""
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *(one for extra in extras.values() for one in extra)]
    install(session, "test")
    session.install("-q", *(requirement.replace(">=", "==") for requirement in declared))
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and form."""
    session.install("-q", *nox.project.dependency_groups(PYPROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, with both checkers."""
    install(session, "types")
    session.run("mypy")
    session.run("pyright")
    session.run("pytest", "tests/typing/checks.py")


@nox.session
def twins(session: nox.Session) -> None:
    """Check that the sync twins are current; ``nox -s twins -- write`` writes them."""
    check = [] if session.posargs == ["write"] else ["--check"]
    session.run("python", "sinch_numbers/sync/generate.py", *check)


@nox.session
def coverage(session: nox.Session) -> None:
    """Show which lines no test runs."""
    install(session, "test", "coverage")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "report")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Measure; name a benchmark to run only that one."""
    install(session, "test")
    session.run("python", "-m", "benchmarks", *session.posargs)


@nox.session
def build(session: nox.Session) -> None:
    """Build sdist and wheel, and try both in environments of their own."""
    session.install("-q", "build")
    dist = Path(session.create_tmp())
    session.run("python", "-m", "build", "--outdir", str(dist))
    for package in sorted(dist.glob("sinch_numbers-*")):
        session.install("-q", "--force-reinstall", f"{package}[cli]")
        with session.chdir(dist):
            session.run("sinch-numbers", "--sandbox", "--sandbox-numbers", "50", "audit")
