"""Every store that Sexton knows, behind one fixture: the suite that a new one has to pass."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.desk import Desk


@pytest.fixture(params=["file", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """An open, empty store of each kind."""
    desk = Desk(":memory:" if request.param == "memory" else str(tmp_path / "state.db"))
    yield desk
    desk.close()


@pytest.fixture
def path(tmp_path: Path) -> str:
    """Where a state may be made."""
    return str(tmp_path / "state.db")
