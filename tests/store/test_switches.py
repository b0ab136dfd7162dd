"""What a person has switched off is remembered."""

from pathlib import Path

from sexton.model.ledger import Switch
from sexton.store import OpenStore, open_store
from tests.store.desk import Desk


def off(path: str) -> frozenset[tuple[str, str]]:
    opened: OpenStore = open_store(path, lambda call: None)
    try:
        return opened.switched_off()
    finally:
        opened.close()


def test_nothing_is_off_at_first(tmp_path: Path) -> None:
    assert off(str(tmp_path / "state.db")) == frozenset()


def test_what_is_off_stays_off_over_a_restart_until_it_is_on_again(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    desk = Desk(path)
    twice = Switch("job", "ingest", True, 1)
    assert desk.do(twice, Switch("service", "web", True, 2), twice) == [None, None, None]
    desk.close()
    assert off(path) == {("job", "ingest"), ("service", "web")}
    desk = Desk(path)
    desk.do(Switch("job", "ingest", False, 4))
    desk.close()
    assert off(path) == {("service", "web")}
