"""Dates as HTTP has them."""

from email.utils import formatdate

import pytest

from sexton.api.httpdate import http_date
from tests.api.harness import Daemon


@pytest.mark.parametrize("second", [0, 951_782_399, 951_782_400, 1_795_305_600, 4_102_444_799])
def test_a_date_is_as_mail_has_it(second: int) -> None:
    assert http_date(second).decode() == formatdate(second, usegmt=True)


def test_every_answer_has_its_date(daemon: Daemon) -> None:
    with daemon.client() as client:
        for path in ("/livez", "/api/v1/nothing"):
            before, now = daemon.loop.clock.now().wall, client.ask(path).headers["date"]
            after = daemon.loop.clock.now().wall
            assert now in {formatdate(wall // 1_000_000, usegmt=True) for wall in (before, after)}
