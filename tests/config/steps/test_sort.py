"""What the options of the step `sort` can be."""

from typing import Any

import pytest

from sexton.config.steps.sort import KEYS
from sexton.config.values import Unfit

BY_NAME = {key.name: key for key in KEYS}

GOOD = [
    ("from", "in/*.csv", ("in/*.csv",)),
    ("syntax", "json", "json"),
    ("delimiter", ";", ";"),
    ("delimiter", "\t", "\t"),
    ("delimiter", "\\t", "\t"),
    ("delimiter", "tab", "\t"),
    ("quote", "", ""),
    ("escape", "\\", "\\"),
    ("encoding", "cp1252", "cp1252"),
    ("max_flagged", "5%", "5%"),
    ("max_flagged", "0.5%", "0.5%"),
    ("max_flagged", 12, "12"),
    ("max_line", "64kB", 64_000),
]
BAD = [
    ("syntax", "xml"),
    ("syntax", 1),
    ("delimiter", ""),
    ("delimiter", ";;"),
    ("delimiter", "\n"),
    ("quote", "''"),
    ("encoding", "utf-99"),
    ("encoding", "base64"),
    ("encoding", ""),
    ("max_flagged", "101%"),
    ("max_flagged", -1),
    ("max_flagged", True),
    ("max_flagged", 0.05),
    ("max_line", "0B"),
    ("max_line", "1GB"),
    ("header", "yes"),
]


@pytest.mark.parametrize(("name", "value", "expected"), GOOD)
def test_a_value_is_read(name: str, value: Any, expected: Any) -> None:
    assert BY_NAME[name].convert(value) == expected


@pytest.mark.parametrize(("name", "value"), BAD)
def test_another_value_is_refused(name: str, value: Any) -> None:
    with pytest.raises(Unfit):
        BY_NAME[name].convert(value)
