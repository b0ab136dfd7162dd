"""What the kernel and the interpreter say, parsed."""

import os

import pytest

from benchmarks import proc

ROLLUP = """\
55d0c8a00000-7ffd5b7f6000 ---p 00000000 00:00 0                          [rollup]
Rss:               17612 kB
Pss:               12040 kB
Shared_Clean:       6900 kB
Private_Clean:       152 kB
Private_Dirty:     10560 kB
"""

MAPS = """\
7f0000000000-7f0000001000 r--p 00000000 08:01 1 /usr/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so
7f0000001000-7f0000002000 r-xp 00001000 08:01 1 /usr/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so
7f0000002000-7f0000003000 r--p 00000000 08:01 2 /usr/lib/python3/dist-packages/fast.abi3.so
7f0000003000-7f0000004000 r--p 00000000 08:01 3 /usr/lib/x86_64-linux-gnu/libc.so.6
7f0000004000-7f0000005000 rw-p 00000000 00:00 0
"""

IMPORTTIME = """\
import time: self [us] | cumulative | imported package
import time:       105 |        105 |   _io
import time:       298 |       1021 | sexton.cli.main
2026-11-22T08:00:00Z sexton | import time flies
import time:        51 |         51 |       _hashlib
"""


def test_resident_and_private_bytes_are_read_from_the_rollup() -> None:
    assert proc.parse_memory(ROLLUP) == proc.Memory(17612 * 1024, (152 + 10560) * 1024)


def test_a_living_process_has_memory_and_no_more_of_it_private_than_resident() -> None:
    memory = proc.memory(os.getpid())
    assert 0 < memory.private <= memory.resident


def test_only_voluntary_switches_count_as_wakeups() -> None:
    assert proc.parse_wakeups("voluntary_ctxt_switches:\t157\nnonvoluntary_ctxt_switches:\t9\n") == 157


def test_a_kernel_that_counts_no_switches_is_an_error() -> None:
    with pytest.raises(ValueError, match="voluntary_ctxt_switches"):
        proc.parse_wakeups("nonvoluntary_ctxt_switches:\t9\n")


def test_every_thread_of_a_living_process_is_counted() -> None:
    assert os.getpid() in proc.wakeups(os.getpid())


@pytest.mark.parametrize(
    ("after", "wakeups"),
    [({1: 10, 2: 5}, 0), ({1: 13, 2: 6}, 4), ({1: 10, 2: 5, 3: 7}, 7), ({1: 11}, 1)],
    ids=["all slept on", "two woke", "a thread came", "a thread went"],
)
def test_wakeups_between_two_readings_are_added_over_threads(after: dict[int, int], wakeups: int) -> None:
    assert proc.since({1: 10, 2: 5}, after) == wakeups


def test_extension_modules_are_told_from_other_libraries() -> None:
    assert proc.parse_extensions(MAPS.splitlines()) == {"_ssl", "fast"}


def test_imported_modules_are_found_between_other_lines_in_order() -> None:
    assert proc.parse_importtime(IMPORTTIME) == ["_io", "sexton.cli.main", "_hashlib"]


def test_the_peak_is_in_bytes_and_no_less_than_what_is_resident_now() -> None:
    assert proc.parse_peak("VmPeak:\t   90 kB\nVmHWM:\t   12 kB\n") == 12 * 1024
    assert proc.peak(os.getpid()) > 1_000_000


def test_a_process_without_memory_has_no_peak() -> None:
    with pytest.raises(ValueError, match="VmHWM"):
        proc.parse_peak("Name:\tkthreadd\n")
