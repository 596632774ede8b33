"""
Follow docs/install.md as a new user, and use what was installed.

Run by name, by ``nox -s rehearsal``. It needs only the standard library, so that it runs on any
machine with Python, where uv and pipx are on the path. Each case has an empty home directory,
and on its path only Python, the installer, and three programs that scripts of uvx run. So
nothing can be compiled.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SECTIONS = ("pip", "uv", "uv tool", "uvx", "pipx")
NETWORK = re.compile(
    "PIP_(CERT|INDEX_URL|EXTRA_INDEX_URL)|UV_(DEFAULT_INDEX|INDEX)|SSL_CERT_.*|.*_PROXY"
)
"""Settings of the caller that reach the installers: where packages come from, and how."""

EVERYTHING_LOADS = """
import importlib.metadata as metadata
import sinch_numbers
import sinch_numbers.audit, sinch_numbers.exports, sinch_numbers.store, sinch_numbers.webhooks

assert metadata.version("sinch-numbers") == sinch_numbers.__version__
assert all(hasattr(sinch_numbers, name) for name in sinch_numbers.__all__)
installed = {one.metadata["Name"].lower() for one in metadata.distributions()}
assert not installed & {"hatchling", "hypothesis", "mypy", "pytest", "ruff"}, installed
"""
SYNC_PROGRAM = """
import asyncio
from sinch_numbers.sandbox import Sandbox

def program(client):
    with client:
        number = client.available_numbers.rent_first(region_code="US", type="LOCAL")
        client.active_numbers.update(number.phone_number, display_name="Front desk")
        names = [one.display_name for one in client.active_numbers.list()]
    assert 8 == len(names), names
    assert 1 == names.count("Front desk"), names

async def main():
    async with Sandbox(numbers=7, stock=40) as sandbox:
        await asyncio.to_thread(program, sandbox.sync_client(store="numbers.db"))

asyncio.run(main())
"""


class StepError(Exception):
    """A command that did not do what the page says."""


class Case:
    """One section of the page, with one Python, from the clone or from the wheel."""

    def __init__(self, section: str, python: str, directory: Path, cache: Path) -> None:
        self.section = section
        self.python = python
        self.home = directory / "home"
        self.work = directory / "work"
        programs = directory / "bin"
        for path in (self.home, self.work, programs):
            path.mkdir(parents=True)
        self.tools = self.home / ".local" / "bin"
        for name in ("sh", "dirname", "realpath"):  # the scripts of uvx use the last two
            (programs / name).symlink_to(str(shutil.which(name)))
        # An interpreter finds its prefix by the resolved link.
        (programs / "python3").symlink_to(python)
        for name in ("uv", "uvx", "pipx"):
            if name in (section.split()[0], "uv" if section == "uvx" else ""):
                (programs / name).symlink_to(str(shutil.which(name)))
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if NETWORK.fullmatch(name.upper())
            },
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "PATH": f"{programs}:{self.tools}",
            "PIPX_DEFAULT_PYTHON": python,
            # Downloads are shared by the cases, and come from the index once.
            "PIP_CACHE_DIR": str(cache / "pip"),
            "UV_CACHE_DIR": str(cache / "uv"),
        }

    def run(self, *command: str, **environment: str) -> str:
        done = subprocess.run(
            command,
            cwd=self.work,
            env={**self.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise StepError(f"{command} returned {done.returncode}:\n{done.stdout[-4000:]}")
        return done.stdout

    def shell(self, commands: str) -> str:
        return self.run("sh", "-euc", commands)

    def programs(self, source: str) -> tuple[list[str], list[str]]:
        """Return the installed command line, and the Python that it runs on."""
        if self.section == "uvx":
            uvx = ["uvx", "--from", source]
            return [*uvx, "sinch-numbers"], [*uvx, "python"]
        for path in (self.work / ".venv" / "bin", self.tools):
            if (path / "sinch-numbers").exists():
                real = (path / "sinch-numbers").resolve()
                return [str(path / "sinch-numbers")], [str(real.parent / "python")]
        raise StepError("the command is not installed")

    def use(self, source: str, version: str) -> None:
        """Use the command line and the package in all the ways that a first user may."""
        command, python = self.programs(source)
        wanted = subprocess.run(
            [self.python, "-c", "import sys; print(sys.version_info[:2])"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        check(wanted, self.run(*python, "-c", "import sys; print(sys.version_info[:2])"))
        check(f"sinch-numbers {version}", self.run(*command, "--version"))
        self.run(*python, "-W", "error", "-Pc", EVERYTHING_LOADS)
        self.run(*python, "-W", "error", "-Pc", SYNC_PROGRAM)
        for shell in ("bash", "zsh", "fish"):
            check("sinch-numbers", self.run(*command, "--show-completion", shell))
        completing = {"_SINCH_NUMBERS_COMPLETE": "bash"}
        check("audit", self.run(*command, "1", "sinch-numbers", "au", **completing))


def check(expected: str, printed: str) -> None:
    if expected.strip() not in printed:
        raise StepError(f"expected {expected.strip()!r} in:\n{printed[-2000:]}")


def commands(page: str) -> dict[str, str]:
    """Return the commands of each section of the page."""
    found = dict(
        re.findall(
            r"^## ([^\n]+)\n(?:(?!^## ).)*?^```sh\n(.*?)^```", page, re.MULTILINE | re.DOTALL
        )
    )
    assert list(SECTIONS) == list(found), found
    return found


def upkeep(page: str) -> dict[str, list[str]]:
    """Return the commands that update and remove, by section."""
    rows = re.findall(r"^\| ([^|]+) \| `([^|]+)` \| `([^|]+)` \|$", page, re.MULTILINE)
    assert {row[0] for row in rows} == {*SECTIONS} - {"uvx"}, rows
    return {section: more for section, *more in rows}


def rehearse(case: Case, page: str, package: Path) -> None:
    """Install *package*, use it, and if it is a clone, update and remove it."""
    version = re.findall(r"sinch_numbers-([\w.]+?)(?=-py|\.tar)", package.name)[0]
    install = commands(page)[case.section]
    if package.suffix == ".whl":
        source = f"{package}[cli]"
        check("complete", case.shell(install.replace("'.[cli]'", f"'{source}'")))
        case.use(source, version)
        return
    shutil.unpack_archive(package, case.work)
    (clone,) = case.work.iterdir()
    case.work = clone
    (clone / "PKG-INFO").unlink()  # a clone has none, and builds read the version from it
    check("complete", case.shell(install))
    case.use(".[cli]", version)
    if case.section == "uvx":
        return
    update, remove = upkeep(page)[case.section]
    file = clone / "sinch_numbers" / "_version.py"
    file.write_text(file.read_text().replace(version, f"{version}.post7"))
    case.shell(update)
    case.use(".[cli]", f"{version}.post7")
    if case.section == "pip":  # an extra by the name of the package, which no index has
        case.shell(".venv/bin/pip install 'sinch-numbers[xlsx]'")
        case.run(*case.programs("")[1], "-c", "import xlsxwriter")
    if remove.startswith("rm "):
        shutil.rmtree(clone / remove.split()[-1])
    else:
        case.shell(remove)
    try:
        case.programs("")
    except StepError:
        return
    raise StepError(f"{remove} leaves the command")


def pythons() -> list[str]:
    """Return the interpreters from 3.11 on that are on the path, one of each release."""
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 30))]
    ask = (
        "import sys; version = sys.version_info;"
        "print(version >= (3, 11), *version[:2], sys._base_executable)"
    )
    found = {}
    for name in filter(shutil.which, names):
        asked = subprocess.run([name, "-c", ask], capture_output=True, text=True, check=False)
        new, *release, executable = asked.stdout.split() or ["False", ""]
        if new == "True":
            found[tuple(map(int, release))] = executable
    return [found[release] for release in sorted(found)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path, help="docs/install.md")
    parser.add_argument("packages", type=Path, help="the directory of the sdist and the wheel")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="an installer")
    parser.add_argument("--python", action="append", help="an interpreter; default: all")
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8")
    (wheel,) = options.packages.resolve().glob("*.whl")
    (sdist,) = options.packages.resolve().glob("*.tar.gz")
    failed = 0
    with tempfile.TemporaryDirectory(prefix="sinch-numbers-rehearsal-") as directory:
        place = Path(directory).resolve()
        for number, python in enumerate(options.python or pythons()):
            release = subprocess.run([python, "-V"], capture_output=True, text=True, check=True)
            for section in options.only or SECTIONS:
                # The clone, which stands for any version of Python, with the oldest.
                for package in (wheel,) if number else (sdist, wheel):
                    name = "wheel" if package is wheel else "clone"
                    started = time.monotonic()
                    case = Case(section, python, place / f"{number}-{section}-{name}", place)
                    try:
                        rehearse(case, page, package)
                        outcome = "ok"
                    except StepError as failure:
                        failed += 1
                        outcome = f"FAILED\n{failure}"
                    took = time.monotonic() - started
                    row = f"{release.stdout.strip()}  {section:8} {name}  {took:4.0f} s"
                    print(row, outcome, sep="  ", flush=True)
    print(f"{failed} failed" if failed else "all passed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
