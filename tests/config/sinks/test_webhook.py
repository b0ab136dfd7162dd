"""What each style of a webhook needs."""

import pytest

from sexton.config.sinks.webhook import PAGERDUTY
from sexton.model.errors import ConfigError
from tests.config.sinks.test_read import options


def test_pagerduty_has_an_address_of_its_own() -> None:
    read = options('webhook = { style = "pagerduty", routing_key = "R" }')
    assert (read["url"], read["style"], read["method"]) == (PAGERDUTY, "pagerduty", "POST")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("webhook = {}", "`url` is missing"),
        ('webhook = { style = "pagerduty" }', "`routing_key` is missing"),
        ('webhook = { url = "https://x", routing_key = "R" }', 'it is for style = "pagerduty" alone'),
        ('webhook = { url = "https://x", style = "slak" }', 'did you mean "slack"'),
        ('webhook = { url = "https://x", secret = "whsec_!!!" }', "secret: it begins with whsec_, but base64 does not"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        options(text)
