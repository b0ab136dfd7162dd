"""The child: an order in, an exit code out."""

import subprocess
import sys

import pytest

from sexton.sinks.__main__ import KINDS
from tests.servers.mouth import Mouth
from tests.sinks.orders import carry_out, order


@pytest.mark.parametrize("text", [b"", b"{}", b"[]", b'{"sink": "x"', b"\xff"])
def test_what_is_no_order_is_a_matter_of_configuration(text: bytes) -> None:
    command = [sys.executable, "-m", "sexton.sinks"]
    done = subprocess.run(command, input=text, capture_output=True, timeout=20, check=False)
    assert done.returncode == 78
    assert done.stderr.startswith(b"cannot read the order: ")
    assert done.stdout == b""


def test_an_unknown_kind_is_named() -> None:
    ended = carry_out(order("fax", {}))
    assert (ended.code, ended.said) == (78, "there is no kind of sink called 'fax'")


def test_the_deadline_of_an_order_is_kept() -> None:
    with Mouth(lambda mouth, _: (mouth.ending.wait(60), None)[1]) as mouth:
        options = {"to": ["a@x.org"], "host": "127.0.0.1", "port": mouth.port, "tls": "none"}
        ended = carry_out(order("mail", options, deadline=0.3))
    assert (ended.code, ended.said) == (75, "it took longer than the deadline of 0.3 s")
    assert ended.seconds < 5


def test_there_is_a_module_of_options_and_one_that_delivers_for_each_kind() -> None:
    from importlib import import_module

    from sexton.model.notice import SinkKind

    assert set(KINDS) == set(SinkKind)
    for kind in KINDS:
        assert import_module(f"sexton.config.sinks.{kind}").KEYS
        assert import_module(f"sexton.sinks.{kind}").deliver
