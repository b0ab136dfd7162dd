"""Which files are whole, in a world where time passes only when somebody sleeps."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sexton.model.units import DAY, SECOND
from sexton.steps.fetch.local import Folder
from sexton.steps.fetch.source import Found
from sexton.steps.fetch.whole import Clock, whole
from tests.steps.doing import written

NOW = 1_000_000 * SECOND
STABLE, WAIT = 5 * SECOND, 60 * SECOND


class World:
    """Files whose size and time are functions of the seconds that have passed; `ours` tells whether the kernel has set
    the time, by our clock."""

    def __init__(self, *, ours: bool = True, **files: Callable[[int], tuple[int, float | None]]) -> None:
        self._ours = ours
        self.elapsed = 0
        self.naps: list[float] = []
        self._files = files

    def listing(self) -> list[Found]:
        found = []
        for name, at in self._files.items():
            size, changed = at(self.elapsed // SECOND)
            if size >= 0:
                time = None if changed is None else NOW + int(changed * SECOND)
                found.append(Found(name, name, size, time, "", time if self._ours else None, may_grow=True))
        return found

    def judge(self) -> tuple[list[str], list[str]]:
        clock = Clock(lambda: NOW + self.elapsed, lambda: self.elapsed, self._sleep)
        ready, growing = whole(self.listing, STABLE, WAIT, clock)
        return [found.name for found in ready], [found.name for found in growing]

    def _sleep(self, length: int) -> None:
        self.naps.append(length / SECOND)
        self.elapsed += length


def test_nobody_waits_when_all_files_are_old() -> None:
    world = World(a=lambda now: (1, -5), b=lambda now: (1, -1000))
    assert world.judge() == (["a", "b"], [])
    assert world.naps == []


def test_nobody_waits_when_the_source_lists_whole_files_only() -> None:
    clock = Clock(lambda: NOW, lambda: 0, lambda length: pytest.fail("slept"))
    assert whole(lambda: [Found("a", "a", 1, NOW)], STABLE, WAIT, clock) == ([Found("a", "a", 1, NOW)], [])


@pytest.mark.parametrize("age", [None, 3600, -3600, -DAY // SECOND + 60])
def test_a_file_is_watched_when_its_time_may_be_by_a_wrong_clock(age: float | None) -> None:
    world = World(ours=False, a=lambda now: (1, age), b=lambda now: (min(now, 12), age))
    assert world.judge() == (["a", "b"], [])
    assert 12 < world.elapsed // SECOND <= 20


def test_a_time_of_another_clock_is_believed_when_it_is_old_enough() -> None:
    world = World(ours=False, a=lambda now: (1, -DAY / SECOND - 5))
    assert world.judge() == (["a"], [])
    assert world.naps == []


def test_a_file_that_is_written_without_a_change_of_its_time_is_watched(tmp_path: Path) -> None:
    path, elapsed, left = written(tmp_path / "a", "a"), 0, 3
    os.utime(path, (1, 1))

    def sleep(length: int) -> None:
        nonlocal elapsed, left
        elapsed += length
        left -= 1
        if left > 0:
            path.write_text("a" * (10 - left))
            os.utime(path, (1, 1))

    clock = Clock(lambda: path.stat().st_ctime_ns // 1000, lambda: elapsed, sleep)
    (ready, growing) = whole(Folder(str(tmp_path), []).list, STABLE, WAIT, clock)
    assert ([found.size for found in ready], growing) == ([9], [])
    assert elapsed >= 3 * STABLE


def test_a_young_file_is_waited_for_as_long_as_it_takes_and_no_longer() -> None:
    world = World(a=lambda now: (1, -2), b=lambda now: (1, -1000))
    assert world.judge() == (["b", "a"], [])
    assert world.naps == [3]


def test_a_file_is_waited_for_while_it_grows() -> None:
    world = World(a=lambda now: (min(now, 12), min(now, 12)))
    assert world.judge() == (["a"], [])
    assert world.elapsed == 17 * SECOND


def test_a_file_that_never_rests_is_left_when_the_waiting_is_over() -> None:
    world = World(a=lambda now: (now, now), b=lambda now: (1, -2))
    assert world.judge() == (["b"], ["a"])
    assert world.elapsed <= WAIT


def test_nobody_waits_for_what_cannot_be_whole_in_time() -> None:
    clock_ahead = World(a=lambda now: (1, -2))
    clock = Clock(lambda: NOW, lambda: 0, clock_ahead._sleep)
    ready, growing = whole(clock_ahead.listing, 120 * SECOND, WAIT, clock)
    assert (ready, [found.name for found in growing], clock_ahead.naps) == ([], ["a"], [])


def test_a_file_with_a_time_in_the_future_is_watched_instead() -> None:
    world = World(a=lambda now: (1, 3600))
    assert world.judge() == (["a"], [])
    assert world.naps == [5]


def test_a_file_that_is_gone_when_it_is_looked_at_again_is_no_more() -> None:
    world = World(a=lambda now: (1 if now < 3 else -1, 0))
    assert world.judge() == ([], [])
