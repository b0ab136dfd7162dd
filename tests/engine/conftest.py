"""The ledgers behind one fixture: a test that asks for it runs on the naive one and on the real store."""

from collections.abc import Iterator

import pytest

from tests.engine.ledgers import Ledger, NaiveLedger, RealLedger


@pytest.fixture(params=[NaiveLedger, RealLedger])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    made: Ledger = request.param()
    yield made
    made.close()
