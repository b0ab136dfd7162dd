"""Targets and parameters, as strangers write them."""

from contextlib import suppress
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.api.request import Request
from sexton.model.errors import Refused

TEXT = st.text(st.characters(exclude_categories=["Cs"]))  # all but lone surrogates


def parsed(target: bytes) -> Request:
    request = Request("GET", target)
    request.parse()
    return request


@settings(derandomize=True, deadline=None)
@given(
    segments=st.lists(TEXT, min_size=1),
    query=st.dictionaries(TEXT, TEXT),
)
def test_what_others_encode_is_read_back(segments: list[str], query: dict[str, str]) -> None:
    target = "/" + "/".join(quote(segment, safe="") for segment in segments) + "?" + urlencode(query)
    request = parsed(target.encode())
    assert (request.segments, request.query) == (tuple(segments), query)


@settings(derandomize=True, deadline=None)
@given(target=st.binary())
def test_a_target_of_any_bytes_is_read_or_refused(target: bytes) -> None:
    with suppress(Refused):
        assert parsed(b"/" + target).segments


@pytest.mark.parametrize("target", [b"*", b"example.com:443", b"", b"/%", b"/%4", b"/%+1", b"/% 1", b"/%zz", b"/%ff"])
def test_a_target_that_is_no_path_is_invalid(target: bytes) -> None:
    with pytest.raises(Refused):
        parsed(target)


def test_the_absolute_form_is_a_path() -> None:
    assert parsed(b"http://localhost/a?b=1").segments == ("a",)
    assert parsed(b"HTTP://localhost").segments == ("",)
