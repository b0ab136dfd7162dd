"""A command of one's own takes the notice, and its end is the answer."""

import json
from pathlib import Path

import pytest

from sexton.model.notice_words import WORDS
from sexton.sinks.command import variables
from tests.sinks.orders import NOTICE, carry_out, order


def test_a_command_reads_the_notice_and_finds_its_facts(tmp_path: Path) -> None:
    script = 'cat > "$1"; env | grep ^SEXTON_NOTICE_ | sort > "$2"; echo thanks'
    files = [tmp_path / "notice", tmp_path / "facts"]
    ended = carry_out(order("command", {"argv": ["/bin/sh", "-c", script, "sh", *map(str, files)]}))
    assert (ended.code, ended.facts, ended.said) == (0, {}, "thanks")
    read = json.loads(files[0].read_text())
    assert (read["id"], read["sink"], read["attempt"], read["notice"]) == (
        "n-17",
        "ops",
        1,
        {**NOTICE, "tail": "fetching\n\nno such file\n"},
    )
    facts = files[1].read_text().splitlines()
    assert {"SEXTON_NOTICE_JOB=ingest", "SEXTON_NOTICE_EXIT_CODE=3", "SEXTON_NOTICE_ID=n-17"} <= set(facts)


def test_every_name_is_there_for_a_script_that_takes_no_variable_which_is_not_set() -> None:
    names = " ".join(f"${{SEXTON_NOTICE_{word.upper()}}}" for word in (*WORDS, "id"))
    given = order("command", {"argv": ["/bin/sh", "-uc", f": {names}; echo fine"]}, kind="service", job=None, run=None)
    ended = carry_out(given)
    assert (ended.code, ended.said) == (0, "fine")


def test_the_names_say_what_they_say_in_texts() -> None:
    found = variables(order("command", {}, job=None, service="db", exit_code=None))
    assert (found["SEXTON_NOTICE_JOB"], found["SEXTON_NOTICE_NAME"], found["SEXTON_NOTICE_SERVICE"]) == ("db",) * 3
    assert found["SEXTON_NOTICE_DURATION"] == "3m03s"
    assert found["SEXTON_NOTICE_STARTED"] == "Mon 2026-03-02 08:00:00 +01:00"
    assert found["SEXTON_NOTICE_EXIT_CODE"] == ""


@pytest.mark.parametrize("code", [0, 1, 75])
def test_its_exit_code_is_the_answer(code: int) -> None:
    ended = carry_out(order("command", {"argv": ["/bin/sh", "-c", f"echo why >&2; exit {code}"]}))
    assert (ended.code, ended.said) == (code, "why")


@pytest.mark.parametrize("command", ["/nowhere/command", "", "/etc"])
def test_a_command_that_cannot_start_is_a_matter_of_configuration(command: str) -> None:
    ended = carry_out(order("command", {"argv": [command]}))
    assert ended.code == 78
    assert ended.said.startswith("cannot start")


def test_a_notice_of_a_megabyte_can_be_read() -> None:
    ended = carry_out(order("command", {"argv": ["/bin/sh", "-c", "wc -c"]}, tail="x" * 1_000_000))
    assert int(ended.said) > 1_000_000
