"""Addresses with dates in them."""

from datetime import UTC, datetime

import pytest

from sexton.steps.dated import dated


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("in/%Y-%m/%d", "in/2026-11/22"),
        ("in/d%%Yz", "in/d%Yz"),
        ("sftp://u@h/%%%Y", "sftp://u@h/%2026"),
        ("https://h/a%20b%2Fc", "https://h/a%20b%2Fc"),
        ("https://h/%dc%d0", "https://h/%dc%d0"),
        ("100%", "100%"),
    ],
)
def test_letters_of_dates_are_replaced_and_what_a_url_escapes_is_not(address: str, meant: str) -> None:
    assert dated(address, datetime(2026, 11, 22, 8, tzinfo=UTC)) == meant
