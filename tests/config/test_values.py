"""Converters by themselves, where no key shows all of what they take."""

import pytest

from sexton.config.values import Unfit, digits, whole

LINES = digits(whole(0, 10_000, "a number of lines"))


@pytest.mark.parametrize(("given", "meant"), [(300, 300), ("300", 300), ("0", 0), ("007", 7)])
def test_a_number_may_be_the_digits_that_a_variable_gives(given: object, meant: int) -> None:
    assert LINES(given) == meant


@pytest.mark.parametrize("given", ["", "many", "-1", "1.5", " 3", "\u0663", "10001", "9" * 40, True, None])
def test_what_is_no_number_of_that_range_is_refused_when_it_is_a_string_too(given: object) -> None:
    with pytest.raises(Unfit, match="a number of lines is meant"):
        LINES(given)
