"""Who hears of which process's end."""

from sexton.engine.children import Children
from sexton.model.process import Process
from sexton.model.run import Exit
from tests.engine.staged_world import FakeSpawner, Life
from tests.fakes import FakeLoop

ENV = {"SEXTON_SERVICE": "web"}


class Family:
    """Children on a fake spawner; `heard` is what their owners were told."""

    def __init__(self) -> None:
        self.loop, self.spawner = FakeLoop(), FakeSpawner()
        self.children = Children(self.spawner)
        self.spawner.attach(self.loop, self.children.reap)
        self.heard: list[object] = []

    def start(self, *, adopt: bool = True, leaves: bool = False) -> int:
        self.spawner.lives["web"] = Life(leaves=leaves)
        pid = self.spawner.spawn(Process(("./web",)), ENV).pid
        if adopt:
            self.children.adopt(pid, lambda ended: self._told(pid, ended))
        return pid

    def end(self, *pids: int) -> None:
        for pid in pids:
            self.spawner.end(pid, 3)
        self.loop.settle()

    def _told(self, pid: int, ended: Exit) -> None:
        self.heard.append((pid, ended.code, self.spawner.group_alive(pid)))
        self.children.await_group(pid, lambda: self.heard.append(pid))


def test_an_owner_hears_once_of_the_end() -> None:
    family = Family()
    pid = family.start()
    assert len(family.children) == 1
    family.end(pid)
    family.children.reap()
    assert (family.heard, len(family.children)) == ([(pid, 3, False), pid], 0)


def test_an_orphan_is_collected_and_nobody_told() -> None:
    family = Family()
    family.end(family.start(adopt=False))
    assert family.heard == []


def test_the_end_of_a_group_is_told_when_its_last_process_is_gone() -> None:
    family = Family()
    pid = family.start(leaves=True)
    family.end(pid)
    assert family.heard == [(pid, 3, True)]
    (left,) = family.spawner.alive
    family.end(left)
    assert family.heard == [(pid, 3, True), pid]


def test_all_the_dead_are_collected_before_anyone_is_told() -> None:
    family = Family()
    pid = family.start(leaves=True)
    family.end(*family.spawner.alive)
    assert family.heard == [(pid, 3, False), pid]
