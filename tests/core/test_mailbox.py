"""Addresses of mail, from people's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.core.mailbox import Mailbox, read_mailbox, read_mailboxes


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("ops@example.com", Mailbox("", "ops", "example.com")),
        ("  Ops <ops@example.com> ", Mailbox("Ops", "ops", "example.com")),
        ('"Öst, Björn" <b@exämple.com>', Mailbox("Öst, Björn", "b", "xn--exmple-cua.com")),
        ("jörg@example.com", Mailbox("", "jörg", "example.com")),
        ("root", Mailbox("", "root", "localhost")),
        ("a+b.c@[127.0.0.1]", Mailbox("", "a+b.c", "[127.0.0.1]")),
        ("a@[IPv6:::1]", Mailbox("", "a", "[IPv6:::1]")),
    ],
)
def test_an_address_is_taken_apart(text: str, read: Mailbox) -> None:
    assert read_mailbox(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@exa mple.com",
        "a@-x.com",
        "a..b@example.com",
        "a@example.com>",
        "<a@example.com> x",
        "a@example.com\r\nBcc: all@example.com",
        "a@example.com\u2028",
        "a@example.com\0",
        "a" * 65 + "@example.com",
        "a@" + "b." * 130 + "com",
        'x"y@example.com',
        "a@b@example.com",
        "a,b@example.com",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|domain|control|longer"):
        read_mailbox(text)


def test_several_are_parted_by_commas_that_are_not_within_quotes() -> None:
    read = read_mailboxes('a@x.org, "Öst, Björn" <b@x.org>,c@x.org,')
    assert [(each.name, each.address) for each in read] == [
        ("", "a@x.org"),
        ("Öst, Björn", "b@x.org"),
        ("", "c@x.org"),
    ]


def test_no_address_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no address"):
        read_mailboxes(" , ")


@given(st.text(max_size=40))
def test_nothing_that_passes_could_end_a_line_or_begin_another_command(text: str) -> None:
    try:
        read = read_mailboxes(text)
    except ValueError:
        return
    for mailbox in read:
        assert mailbox.name.isprintable()
        assert not set(mailbox.address) & set("\r\n\0 <>,;\"'()") - {"'"}
        assert mailbox.domain.isascii()
