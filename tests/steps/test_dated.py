"""Addresses with dates in them."""

from datetime import UTC, datetime

import pytest

from sexton.steps.dated import dated
from sexton.steps.sftp.address import parse


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("in/%Y-%m/%d", "in/2026-11/22"),
        ("in/d%%Yz", "in/d%Yz"),
        ("sftp://u@h/%%%Y", "sftp://u@h/%252026"),
        ("s3://b/d%%41", "s3://b/d%41"),
        ("https://h/a%20b%2Fc", "https://h/a%20b%2Fc"),
        ("https://h/%dc%d0", "https://h/%dc%d0"),
        ("100%", "100%"),
    ],
)
def test_letters_of_dates_are_replaced_and_what_a_url_escapes_is_not(address: str, meant: str) -> None:
    assert dated(address, datetime(2026, 11, 22, 8, tzinfo=UTC)) == meant


def test_a_percent_sign_arrives_where_addresses_are_unquoted() -> None:
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    assert parse(dated("sftp://u@h/d%%Yz/100%%41", moment)).path == "d%Yz/100%41"
