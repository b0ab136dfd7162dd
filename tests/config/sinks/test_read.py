"""`[sinks.NAME]`: exactly one way each, with that one's options."""

import tomllib
from typing import Any

import pytest

from sexton.config.report import Report
from sexton.config.sinks.read import read_sinks
from sexton.config.table import Table
from sexton.config.where import Where
from sexton.model.errors import ConfigError
from sexton.model.notice import Sink, SinkKind
from sexton.model.units import DAY, HOUR, SECOND


def read(text: str) -> dict[str, Sink]:
    report = Report()
    sinks = read_sinks([Table(tomllib.loads(text), "sexton.toml", Where(text), report)])
    report.raise_problems()
    return sinks


def options(text: str) -> Any:
    return read(f"[sinks.ops]\n{text}\n")["ops"].options


def test_a_mail_sink_has_defaults_when_only_to_is_given() -> None:
    sink = read('[sinks.ops]\nmail = { to = "ops@example.com" }\n')["ops"]
    assert (sink.kind, sink.deadline, sink.give_up_after) == (SinkKind.MAIL, 60 * SECOND, 3 * DAY)
    assert sink.options["to"] == ("ops@example.com",)
    assert (sink.options["subject"], sink.options["tail"]) == ("{{ job }}: {{ outcome }}", 300)
    assert (sink.options["host"], sink.options["tls"]) == ("localhost", "starttls")


def test_a_sink_has_limits_of_its_own() -> None:
    sink = read('[sinks.a]\nwebhook = { url = "https://x" }\ndeadline = "5s"\ngive_up_after = "1h"\n')["a"]
    assert (sink.kind, sink.deadline, sink.give_up_after) == (SinkKind.WEBHOOK, 5 * SECOND, HOUR)


def test_a_bare_list_stands_for_urls_and_for_a_command() -> None:
    assert options('apprise = ["slack://x"]') == {"urls": ("slack://x",)}
    assert options('command = ["./tell.sh", "now"]') == {"argv": ("./tell.sh", "now")}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: sinks.ops: no way is given; one of mail"),
        ('ping = { url = "x" }\ncommand = ["x"]', "1: sinks.ops: two ways are given; one of mail"),
        ('fax = "x"\nping = { url = "x" }', "2: sinks.ops: unknown key `fax`; known here: `mail`, `webhook`"),
        ("mail = {}", "2: sinks.ops.mail: `to` is missing"),
        ('mail = "ops@example.com"', '2: sinks.ops.mail: "ops@example.com" is a string; a table such as mail'),
        ('mail = { to = "a@b", tsl = "none" }', "2: sinks.ops.mail: unknown key `tsl`; did you mean `tls`?"),
        ('mail = { to = "a@b", password = "x" }', "2: sinks.ops.mail.password: there is no `user`"),
        ('mail = { to = "a@b", user = "u", password = "x", tls = "none" }', "2: sinks.ops.mail.password: it would be"),
        ("command = []", "2: sinks.ops.command.argv: a list of words"),
    ],
)
def test_what_is_wrong_is_said(text: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        options(text)
    assert any(said.startswith(f"sexton.toml:{problem}") for said in str(caught.value).split("\n")), caught.value
