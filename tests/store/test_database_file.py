"""Network file systems are recognized by the list of mounts."""

from pathlib import Path

import pytest
from products import every

from sinch_numbers.errors import StoreError
from sinch_numbers.store import SQLiteStore, _database_file
from sinch_numbers.store._database_file import is_network, mounted_type

MOUNTS = r"""
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:40 / /srv/share rw,relatime shared:1 - nfs4 server:/export rw,vers=4.2
24 23 0:41 / /srv/share/local rw - ext4 /dev/vdb rw
25 22 0:42 / /mnt/with\040space rw - cifs //server/share rw
26 22 0:43 / /mnt/twice rw - ext4 /dev/vdc rw
27 22 0:44 / /mnt/twice rw - fuse.sshfs host:/ rw
28 22 0:45 / /mnt/twiceover rw - tmpfs tmpfs rw
broken line
"""


@pytest.mark.parametrize(
    ("directory", "kind"),
    [
        ("/", "ext4"),
        ("/srv", "ext4"),
        ("/srv/share", "nfs4"),
        ("/srv/share/deep/er", "nfs4"),
        ("/srv/shared", "ext4"),
        ("/srv/share/local/x", "ext4"),
        ("/mnt/with space", "cifs"),
        ("/mnt/twice/x", "fuse.sshfs"),
        ("/mnt/twiceover", "tmpfs"),
    ],
)
def test_the_innermost_mount_counts(directory: str, kind: str) -> None:
    """The type is that of the last mount at the longest path above the directory."""
    assert kind == mounted_type(Path(directory), MOUNTS)


@every(
    "kind",
    [
        *("nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "lustre", "virtiofs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse", "vboxsf"),
    ],
)
def test_network_file_systems(kind: str) -> None:
    """File systems that other hosts may use at the same time are rejected."""
    assert is_network(kind)


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.ntfs-3g", "f2fs"]
)
def test_local_file_systems(kind: str) -> None:
    """File systems of one host are accepted."""
    assert not is_network(kind)


@pytest.mark.anyio
async def test_a_store_on_a_network_file_system_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the path and the type, and no file is created there."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 0 0:1 / {tmp_path / 'share'} rw - nfs4 server:/ rw\n")
    monkeypatch.setattr(_database_file, "_MOUNTS", mounts)
    (tmp_path / "share").mkdir()
    store = SQLiteStore(tmp_path / "share" / "numbers.db")

    with pytest.raises(StoreError, match=r"numbers.db: .*network file system \(nfs4\)"):
        await store.entries()
    assert [] == list((tmp_path / "share").iterdir())
