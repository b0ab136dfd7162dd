"""What options of sinks take, and what is said of the rest."""

import re

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


@pytest.mark.parametrize("strange", ["{{ job | upper }}", "{{ job }} {{job.upper()}}", "{{ }}", "{{ if job }}"])
def test_what_is_no_name_in_braces_is_refused_with_those_that_there_are(strange: str) -> None:
    with pytest.raises(Unfit, match=r"is no name, and there are no filters; (did you mean `job`|known here: `job`)"):
        convert.template(strange)


def test_braces_that_are_not_closed_are_ordinary_characters() -> None:
    assert convert.template("{{ job }} {{ {x}") == "{{ job }} {{ {x}"


@pytest.mark.parametrize(
    "value", ["localhost", "smtp.example.com", "127.0.0.1", "::1", "fe80::1%eth0", "bücher.example"]
)
def test_a_host_is_taken(value: str) -> None:
    assert convert.host(value) == value


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("smtp.example.com:587", r'host = "smtp.example.com", port = 587 is meant'),
        ("smtps://smtp.example.com", r'host = "smtp.example.com", tls = "tls" is meant'),
        ("smtp://u@smtp.example.com:25/", r'host = "smtp.example.com", port = 25 is meant'),
        ("[::1]", r'host = "::1" is meant'),
        ("[::1]:25", r'host = "::1", port = 25 is meant'),
        ("a b", "is no host"),
        ("smtp.example.com/x", "is no host"),
    ],
)
def test_what_is_more_than_a_host_is_said_with_what_is_meant(value: str, meant: str) -> None:
    with pytest.raises(Unfit, match=re.escape(meant) if "host =" in meant else meant):
        convert.host(value)


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
