"""What a client connects to, as it is written."""

import socket

import pytest

from sexton.cli.failures import UsageError
from sexton.cli.place import Place, place_of


@pytest.mark.parametrize("path", ["/run/sexton.sock", "s", "http:", "", "httpx://a"])
def test_what_is_no_url_is_a_path(path: str) -> None:
    assert place_of(path) == Place(socket.AF_UNIX, path, "localhost")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://127.0.0.1:8470", ("127.0.0.1", 8470)),
        ("http://127.0.0.1:8470/", ("127.0.0.1", 8470)),
        ("http://127.0.0.1", ("127.0.0.1", 80)),
        ("http://[::1]:8470", ("::1", 8470)),
        ("http://[::1]", ("::1", 80)),
    ],
)
def test_a_url_is_a_host_and_a_port(url: str, address: tuple[str, int]) -> None:
    place = place_of(url)
    assert place.address == address
    assert place.host == url.removeprefix("http://").rstrip("/")
    assert place.family == (socket.AF_INET6 if ":" in address[0] else socket.AF_INET)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1", "http://", "http://:8470", "http://a:", "http://a:0", "http://a:65536", "http://a:x",
     "http://[::1", "http://[::1]8470", "http://127.0.0.1:80/x"],
)  # fmt: skip
def test_a_url_that_is_none_is_a_mistake_in_the_command(url: str) -> None:
    with pytest.raises(UsageError, match=r"write it as http://127.0.0.1:8470"):
        place_of(url)
