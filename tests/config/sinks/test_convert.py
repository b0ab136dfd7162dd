"""What options of sinks take, and what is said of the rest."""

import pytest

from sexton.config.sinks import convert
from sexton.config.values import Unfit


def test_addresses_may_be_one_string_or_several() -> None:
    assert convert.mailboxes("a@x.org, b@x.org") == ("a@x.org, b@x.org",)
    assert convert.mailboxes(["a@x.org", "B <b@x.org>"]) == ("a@x.org", "B <b@x.org>")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("a b@x.org", "is no address"),
        ("a@x.org\r\nBcc: y", "control character"),
        (", ".join(["a@x.org"] * 101), "101 addr"),
    ],
)
def test_what_is_no_address_is_said(value: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        convert.mailboxes(value)


def test_a_sender_is_one() -> None:
    assert convert.mailbox("Sexton <s@x.org>") == "Sexton <s@x.org>"
    with pytest.raises(Unfit, match="more than one"):
        convert.mailbox("a@x.org, b@x.org")


def test_a_name_that_stands_for_nothing_is_said_with_the_one_that_is_meant() -> None:
    assert convert.template("{{ job }} {{ outcome }}") == "{{ job }} {{ outcome }}"
    with pytest.raises(Unfit, match=r"{{ jbo }} stands for nothing; did you mean `job`\?"):
        convert.template("{{ jbo }}")


@pytest.mark.parametrize("value", ["ftp://x", "https://", "x", "https://x\n"])
def test_what_is_no_url_is_said(value: str) -> None:
    with pytest.raises(Unfit):
        convert.url(value)


@pytest.mark.parametrize(
    "value", [{"A b": "x"}, {"Host": "x"}, {"content-length": "1"}, {"X": 1}, {"X": "a\r\nb"}, {"X": "é"}, "X: y"]
)
def test_what_is_no_header_is_said(value: object) -> None:
    with pytest.raises(Unfit):
        convert.headers(value)


def test_headers_are_taken_as_they_are() -> None:
    assert convert.headers({"Authorization": "Bearer x"}) == {"Authorization": "Bearer x"}


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("https://x:99999/", "99999 is no port"),
        ("https://:80/", "a host"),
        ("https://x:http/", "a host"),
        ("https://{{ job }}:70000", "70000 is no port"),
    ],
)
def test_a_url_that_leads_nowhere_is_said(value: str, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        convert.url(value)


@pytest.mark.parametrize(
    "value", ["https://u:p@x.org:8443/a b?c#d", "http://[::1]:80", "https://{{ job }}.x.org/{{ run }}", "http://x:"]
)
def test_a_url_that_can_be_called_is_taken(value: str) -> None:
    assert convert.url(value) == value
