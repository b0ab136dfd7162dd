"""What changes while a reload reads is taken up by another one."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from sexton.engine.reload import Reload
from sexton.engine.tables import World
from sexton.engine.watch import Watch
from sexton.model.plan import Plan, Settings
from tests.fakes import FakeLoop


class WritingReload:
    """Somebody writes the file, once, after it was read and before the reload has ended."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.asked = 0

    def ask(self, answer: Callable[[object], None]) -> None:
        self.asked += 1
        if self.asked == 1:
            self.file.write_text("written during the reload")
        answer("reloaded")


def test_a_change_during_a_reload_asks_for_another(tmp_path: Path) -> None:
    file = tmp_path / "sexton.toml"
    file.write_text("first")
    plan = Plan(Settings("/s", "/l", "/k", "UTC"), files=(str(file),))
    reload = WritingReload(file)
    watch = Watch(cast(World, SimpleNamespace(loop=FakeLoop(), plan=plan)), cast(Reload, reload))
    file.write_text("second one")
    for expected in (1, 2, 2):
        watch._compare()
        assert reload.asked == expected
    watch.close()
