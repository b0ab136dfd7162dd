"""Where a server is, and what is meant on it."""

import pytest

from sexton.steps.errors import Misconfigured
from sexton.steps.sftp.address import Address, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sftp://h", Address("h", 22, ".")),
        ("sftp://h/", Address("h", 22, ".")),
        ("sftp://H.Example:2222/in/*.csv", Address("h.example", 2222, "in/*.csv")),
        ("sftp://u@h/processedfiles", Address("h", 22, "processedfiles", "u")),
        ("sftp://u@h/~/processedfiles/", Address("h", 22, "processedfiles", "u")),
        ("sftp://u@h//srv/in", Address("h", 22, "/srv/in", "u")),
        ("sftp://u@h//", Address("h", 22, "/", "u")),
        ("sftp://u%40x:p%2Fq@h/a%20b?#", Address("h", 22, "a b?#", "u@x", "p/q")),
        ("sftp://[::1]:99/x", Address("::1", 99, "x")),
    ],
)
def test_an_address_is_read_as_sftp_does(text: str, expected: Address) -> None:
    assert parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sftp://",
        "ftp://h/x",
        "sftp://h:0/",
        "sftp://h:65536/",
        "sftp://-oProxyCommand=x/",
        "sftp://a b\n/",
        "sftp://h/%00",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match="user@host"):
        parse(text)


def test_a_refused_address_shows_no_password() -> None:
    with pytest.raises(Misconfigured) as caught:
        parse("sftp://u:hunter2@h:x/")

    assert "hunter2" not in str(caught.value)


def test_a_server_is_called_without_password_and_usual_port() -> None:
    assert parse("sftp://u:p@h:22/x").server == "sftp://u@h"
    assert parse("sftp://u@[::1]:23/x").server == "sftp://u@[::1]:23"
    assert parse("sftp://h:23/x").known_as == "[h]:23"
