"""What each style of a webhook needs."""

import pytest

from sexton.config.sinks.webhook import PAGERDUTY
from sexton.model.errors import ConfigError
from tests.config.conftest import Load
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


@pytest.mark.parametrize(
    ("url", "style"),
    [
        ("https://hooks.slack.com/services/T/B/x", "slack"),
        ("https://x.webhook.office.com/a", "teams"),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/x", "teams"),
        ("https://discord.com/api/webhooks/1/x", "discord"),
        ("https://events.pagerduty.com/v2/enqueue", "pagerduty"),
    ],
)
def test_a_host_that_takes_a_shape_of_its_own_is_warned_of_where_no_style_is_said(
    load: Load, url: str, style: str
) -> None:
    told = '[sexton]\nnotify = "a"\n[sinks.a]\n'
    (said,) = load(f'{told}webhook = {{ url = "{url}" }}\n').warnings
    assert said.startswith("sexton.toml:4: sinks.a.webhook.url: ")
    assert f'style = "{style}" is meant' in said
    assert load(f'{told}webhook = {{ url = "{url}", style = "json" }}\n').warnings == ()
    assert load(f'{told}webhook = {{ url = "https://notslack.com/{url}" }}\n').warnings == ()
