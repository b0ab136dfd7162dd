"""The ledgers behind one fixture: a test that asks for it runs on the naive one and on the real store. And no pipe of a
process on a stage is left open for the tests that follow: there are thousands, and descriptors for one thousand."""

from collections.abc import Iterator

import pytest

from tests.engine.ledgers import Ledger, NaiveLedger, RealLedger
from tests.engine.pipes import PIPES


@pytest.fixture(autouse=True)
def _closed_pipes() -> Iterator[None]:
    yield
    PIPES.close()


@pytest.fixture(params=[NaiveLedger, RealLedger])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    made: Ledger = request.param()
    yield made
    made.close()
