"""Umask, niceness, privileges and limits of a process, and how a wrong one is explained."""

from collections.abc import Callable

import pytest

from sexton.model.plan import Plan
from sexton.model.process import UNLIMITED, Bounds, Limit, Process

Load = Callable[..., Plan]
Complain = Callable[..., list[str]]


def process(load: Load, keys: str) -> Process:
    return load(f'[jobs.x]\ncommand = "true"\n{keys}').jobs["x"].process


def test_a_process_is_bounded_as_its_keys_say(load: Load) -> None:
    found = process(load, 'umask = "027"\nnice = -5\nno_new_privs = true')
    assert (found.umask, found.nice, found.no_new_privs) == (0o27, -5, True)


def test_a_process_is_bounded_as_sexton_is_when_nothing_is_said(load: Load) -> None:
    found = process(load, "")
    assert (found.umask, found.nice, found.no_new_privs, found.limits) == (None, None, False, ())


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("nofile = 4096", Limit("nofile", 4096)),
        ("core = 0", Limit("core", 0)),
        ('memlock = "unlimited"', Limit("memlock", UNLIMITED)),
        ('fsize = "10MiB"', Limit("fsize", 10 * 2**20)),
        ("nproc = [64, 128]", Limit("nproc", 64, 128)),
        ('as = ["1GB", "unlimited"]', Limit("as", 10**9, UNLIMITED)),
    ],
)
def test_a_limit_is_a_number_a_size_or_both_bounds(load: Load, written: str, limit: Limit) -> None:
    assert process(load, f"limits = {{ {written} }}").limits == (limit,)


def test_several_limits_keep_their_order(load: Load) -> None:
    assert [limit.name for limit in process(load, "limits = { stack = 2000000, cpu = 5 }").limits] == ["stack", "cpu"]


@pytest.mark.parametrize(
    ("written", "bounds"),
    [
        ('memory = "512MB", nofile = 64', Bounds(512 * 10**6)),
        ("pids = 200", Bounds(pids=200)),
        ("memory = 1048576, pids = 1", Bounds(2**20, 1)),
        ("nofile = 64", None),
    ],
)
def test_memory_and_pids_bound_the_process_with_all_that_it_starts(
    load: Load, written: str, bounds: Bounds | None
) -> None:
    assert process(load, f"limits = {{ {written} }}").bounds == bounds


BYTES = 'bytes, a size such as "64MB", "unlimited", or a list [soft, hard] is meant'
COUNT = 'a whole number such as 1024, "unlimited", or a list [soft, hard] is meant'
OCTAL = 'octal digits from "000" to "777" are meant'


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("umask = 22", '.umask: 22 is a number; octal digits in quotes such as "022" are meant'),
        ('umask = "028"', f'.umask: "028" is no umask; {OCTAL}'),
        ('umask = "1777"', f'.umask: "1777" is no umask; {OCTAL}'),
        ('umask = ""', f'.umask: "" is no umask; {OCTAL}'),
        ("nice = 20", ".nice: 20 is out of range; a whole number from -20 to 19 is meant"),
        ("no_new_privs = 1", ".no_new_privs: 1 is a number; true or false is meant"),
        ("limits = 5", ".limits: 5 is a number; a table such as { nofile = 4096, core = 0 } is meant"),
        ("limits = { nofiles = 5 }", ".limits: unknown limit `nofiles`; did you mean `nofile`?"),
        ("limits = { pids = 0 }", ".limits.pids: 0 is out of range; a number of processes from 1 to 4194304 is meant"),
        ("limits = { memory = 4096 }", '.limits.memory: 4096 is out of range; a size from "1MB" is meant'),
        ("limits = { memory = true }", '.limits.memory: true is a boolean; a size such as "512MB" is meant'),
        (
            "limits = { nofile = 3 }",
            '.limits.nofile: 3 is out of range; a whole number from 4, or "unlimited", is meant',
        ),
        (
            "limits = { stack = 4096 }",
            '.limits.stack: 4096 is out of range; a whole number from 1048576, or "unlimited", is meant',
        ),
        ("limits = { core = -1 }", '.limits.core: -1 is out of range; a whole number from 0, or "unlimited", is meant'),
        ("limits = { core = true }", f".limits.core: true is a boolean; {BYTES}"),
        ('limits = { nofile = "1MB" }', f'.limits.nofile: "1MB" is a string; {COUNT}'),
        ('limits = { as = "much" }', '.limits.as: "much" is no size; a size such as "64MB" is meant'),
        ("limits = { cpu = [5] }", ".limits.cpu: a list of 1; [soft, hard] is meant"),
        ("limits = { cpu = [6, 5] }", ".limits.cpu: the soft limit is above the hard one; write [soft, hard]"),
        (
            'limits = { cpu = ["unlimited", 5] }',
            ".limits.cpu: the soft limit is above the hard one; write [soft, hard]",
        ),
        (
            "limits = { stack = [5, 6] }",
            ".limits.stack: a program keeps the hard limit it began with; the soft one alone is meant",
        ),
    ],
)
def test_what_cannot_be_is_explained(complain: Complain, keys: str, message: str) -> None:
    assert complain(f'[jobs.x]\ncommand = "true"\n{keys}') == [f"sexton.toml:3: jobs.x{message}"]


def test_a_size_beyond_every_machine_is_out_of_range(complain: Complain) -> None:
    (problem,) = complain('[jobs.x]\ncommand = "true"\nlimits = { as = "999999999999TB" }')
    assert "out of range" in problem
