"""`{{ name }}` in texts."""

import pytest

from sexton.core.fill import fill, names_in


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{{ job }}: {{outcome}}", "a {{ job }}: failed"),
        ("{{ nothing }}.", "."),
        ("{{ job | upper }} {{ }} {{job}", "{{ job | upper }} {{ }} {{job}"),
        ("{{{ job }}}", "{a {{ job }}}"),
    ],
)
def test_names_are_put_in_once_and_nothing_else_is_touched(template: str, filled: str) -> None:
    assert fill(template, {"job": "a {{ job }}", "outcome": "failed"}) == filled


def test_the_names_of_a_template_are_found() -> None:
    assert names_in("{{ a }} {{b}} {{ a }} {{ 1 }}") == ["a", "b", "a"]
