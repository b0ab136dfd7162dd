"""Names in URLs of pings."""

import pytest

from sexton.core.slug import slug


@pytest.mark.parametrize(
    ("name", "made"), [("Nightly Backup!", "nightly-backup"), ("a_b-c1", "a_b-c1"), ("é", "sexton")]
)
def test_a_name_is_made_fit_for_a_url(name: str, made: str) -> None:
    assert slug(name) == made
