"""The doors beside those of another Sexton."""

from pathlib import Path

import pytest

from sexton.api.doors.doors import Doors
from sexton.api.doors.socketfile import SocketFile
from sexton.model.http import Http
from sexton.model.plan import Plan, Settings
from tests.engine.staged_world import FakeLogs
from tests.fakes import FakeLoop


@pytest.mark.parametrize(("quietly", "level"), [(True, "info"), (False, "warning")])
def test_a_place_of_another_sexton_is_no_warning_when_nobody_has_asked_for_it(
    tmp_path: Path, quietly: bool, level: str
) -> None:
    path = str(tmp_path / "run" / "s.sock")
    other, logs = SocketFile(path), FakeLogs()
    doors = Doors(FakeLoop(), logs, spare=True, quietly=quietly)
    doors.open(Plan(Settings(":memory:", str(tmp_path), path, "UTC", http=Http(None))))
    said = f"socket: cannot listen: another Sexton answers there ({path}); stop it, or set another `socket`"
    assert logs.said == [(level, f"{said}; going on without")]
    doors.close()
    other.close()
