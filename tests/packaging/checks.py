"""
Built packages: complete, without foreign files, and reproducible.

Run by name, on what ``nox -s build`` has just built.
"""

import hashlib
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BUILT = ROOT / "dist" / "packages"
(SDIST,) = BUILT.glob("*.tar.gz")
(WHEEL,) = BUILT.glob("*.whl")

# Of use to nobody but this repository.
ELSEWHERE = (".ci/",)


def tracked():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(listed.stdout.splitlines())


def test_the_sdist_has_all_that_is_tracked():
    """Tests, benchmarks, docs and the licence; and nothing that lay around."""
    with tarfile.open(SDIST) as archive:
        held = {one.name.partition("/")[2] for one in archive.getmembers() if one.isfile()}

    wanted = {name for name in tracked() if not name.startswith(ELSEWHERE)}
    assert wanted | {"PKG-INFO"} == held
    assert {"LICENSE", "noxfile.py", "tests/conftest.py", "docs/operations/sizing.md"} <= held


def test_the_wheel_has_the_package_alone():
    """The whole package, with the licence and the mark that it is typed."""
    with zipfile.ZipFile(WHEEL) as archive:
        held = set(archive.namelist())

    about = f"{'-'.join(WHEEL.name.split('-')[:2])}.dist-info"
    wanted = {name for name in tracked() if name.startswith("sinch_numbers/")}
    assert wanted == {name for name in held if not name.startswith(about)}
    assert {"sinch_numbers/py.typed", f"{about}/licenses/LICENSE"} <= held


def test_a_build_can_be_repeated(tmp_path):
    """From the sdist alone, in another place and at another time, byte by byte."""
    with tarfile.open(SDIST) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    for file in source.rglob("*"):
        file.touch()
    subprocess.run(
        [sys.executable, "-m", "build", "--outdir", tmp_path / "again", source],
        check=True,
        capture_output=True,
    )

    assert digests(BUILT) == digests(tmp_path / "again")


def digests(place):
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in place.iterdir()}


@pytest.mark.parametrize("workflow", sorted((ROOT / ".github" / "workflows").iterdir()))
def test_a_workflow_has_the_permissions_that_it_needs(workflow):
    """
    Read permissions, unless a job states more; pinned actions; secrets only in the audit.

    The audit is for copies of this repository. Its secrets are those of the account.
    """
    text = workflow.read_text()
    used = re.findall(r"uses: (\S+)", text)

    assert "\npermissions:\n  contents: read\n\n" in text
    secrets = {"SINCH_KEY_ID", "SINCH_KEY_SECRET", "SINCH_NOTIFY_URLS"}
    assert (secrets if workflow.name == "audit.yml" else set()) == {
        *re.findall(r"secrets\.(\w+)", text)
    }
    assert used
    assert [] == [one for one in used if not re.fullmatch(r"[\w/-]+@(release/)?v\d+", one)]
    assert set(re.findall(r"(\S+): write", text)) <= {"id-token", "attestations"}
