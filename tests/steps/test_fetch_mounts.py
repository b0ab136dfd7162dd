"""Whose clock a folder's times are by."""

import pytest

from sexton.steps.fetch.mounts import is_ours, kind_of

MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:5 / /mnt rw - tmpfs tmpfs rw
24 23 0:50 / /mnt/a\040share rw,relatime master:2 - nfs4 server:/out rw
25 22 0:51 / /over rw - ext4 /dev/sdb1 rw
26 22 0:52 / /over rw - fuse.sshfs me@there: rw
""".strip().splitlines()


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/srv/out", "ext4"),
        ("/mnt", "tmpfs"),
        ("/mnt/a share/out", "nfs4"),
        ("/mnt/a sharehold", "tmpfs"),
        ("/over/x", "fuse.sshfs"),
    ],
)
def test_the_innermost_and_last_mount_counts(folder: str, kind: str) -> None:
    assert kind_of(folder, MOUNTS) == kind


def test_a_file_system_of_the_kernel_s_own_is_ours() -> None:
    assert is_ours("/proc")
