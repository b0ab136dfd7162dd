"""What a run writes: kept byte for byte, relayed by line, shown by `sexton logs`."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.daemon import Daemon
from tests.acceptance.gate import Gate
from tests.acceptance.jobs import at_start, job, service
from tests.acceptance.ledger import output, rows

EVERY_BYTE = bytes(range(256)) + b"\xc3\xa4\n\xed\xa0\x80\r\n\0\0"
WRITE = "import os, sys; [os.write(1 + n % 2, bytes([byte])) for n, byte in enumerate(bytes.fromhex(sys.argv[1]))]"


def test_a_log_has_every_byte_of_both_streams_in_order(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("bytes", command=[sys.executable, "-c", WRITE, EVERY_BYTE.hex()])).start()
    run = daemon.ended("bytes")
    assert output(run) == EVERY_BYTE
    assert (run["log_bytes"], run["log_lost_bytes"]) == (len(EVERY_BYTE), 0)


def test_each_run_has_a_log_file_of_its_own(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("count", "echo $SEXTON_RUN_ID; echo err >&2; printf end") + at_start("other", "true"))
    for _ in range(2):
        assert daemon.once().returncode == 0
    count, other = rows(daemon.home, "count"), rows(daemon.home, "other")
    files = [Path(row["log"]) for row in count + other]
    assert len(set(files)) == 4
    assert {file.parent for file in files} == {daemon.home / "log/jobs/count", daemon.home / "log/jobs/other"}
    assert [output(row) for row in count] == [f"{row['id']}\nerr\nend".encode() for row in count]
    assert [output(row) for row in other] == [b"", b""]


def test_lines_are_relayed_with_the_jobs_name(make: Callable[..., Daemon]) -> None:
    done = make(at_start("a", "echo one; printf 'two'") + at_start("longer-name", "echo three >&2")).once()
    assert sorted(done.stdout.splitlines()) == ["a           | one", "a           | two", "longer-name | three"]


@pytest.mark.parametrize(("relay", "expected"), [("raw", "one\ntwo\n"), ("off", "")])
def test_output_is_relayed_bare_or_not_at_all_as_wanted(make: Callable[..., Daemon], relay: str, expected: str) -> None:
    assert make(at_start("a", "echo one; echo two"), f'relay = "{relay}"').once().stdout == expected


def test_all_that_sexton_prints_is_json_when_that_is_wanted(make: Callable[..., Daemon]) -> None:
    done = make(at_start("a", "echo one; printf '\\377 two'"), 'relay = "json"\nlog_format = "json"').once()
    relayed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(entry["job"], entry["line"]) for entry in relayed] == [("a", "one"), ("a", "\ufffd two")]
    said = [json.loads(line) for line in done.stderr.splitlines()]
    ended = [entry for entry in said if entry.get("event") == "run_ended"]
    assert [(entry["level"], entry["job"], entry["run"], entry["outcome"]) for entry in ended] == [
        ("info", "a", 1, "succeeded")
    ]


def test_logs_shows_a_run_by_job_and_by_number(make: Callable[..., Daemon]) -> None:
    daemon = make(job("load", r"printf '1 \033[31mred\033[0m\a\n2\n3 end'; echo $SEXTON_RUN_ID")).start()
    for number in (1, 2):
        daemon.cli("trigger", "load", "--wait")
        assert daemon.cli("logs", "load").stdout == f"1 red\n2\n3 end{number}\n"
    assert daemon.cli("logs", "1").stdout == "1 red\n2\n3 end1\n"
    assert daemon.cli("logs", "1", "-n", "2").stdout == "2\n3 end1\n"
    assert daemon.cli("logs", "1", "--raw", "-n", "all").stdout == "1 \x1b[31mred\x1b[0m\x07\n2\n3 end1\n"


def test_a_log_can_be_followed_until_its_run_has_ended(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(at_start("load", "echo one; read x <gate; echo two; read x <gate; echo three; exit 5")).start()
    daemon.wait_for(r"\| one")
    command = (sys.executable, "-m", "sexton", "logs", "load", "-f", "--socket", str(daemon.home / "run/s.sock"))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as follower:
        assert follower.stdout is not None
        assert follower.stdout.readline() == "one\n"
        gate.let_pass()
        assert follower.stdout.readline() == "two\n"
        assert follower.poll() is None
        gate.let_pass()
        assert follower.stdout.read() == "three\n"
        assert follower.wait() == 0
    assert daemon.ended("load")["exit_code"] == 5


def test_a_run_ends_with_its_process_when_a_grandchild_keeps_the_pipe_open(
    make: Callable[..., Daemon], gate: Gate
) -> None:
    daemon = make(at_start("load", "(read x <gate; echo late) & echo early")).start()
    run = daemon.ended("load")
    assert (run["outcome"], run["tail"]) == ("succeeded", ["early"])
    gate.let_pass()
    daemon.wait_for(r"load +\| late")
    assert output(run) == b"early\nlate\n"  # still kept


def test_a_run_that_closes_its_output_goes_on(make: Callable[..., Daemon], gate: Gate) -> None:
    daemon = make(at_start("quiet", "echo bye; exec >&- 2>&-; read x <gate; exit 3")).start()
    daemon.wait_for(r"\| bye")
    assert daemon.runs()[0]["state"] == "running"
    gate.let_pass()
    run = daemon.ended("quiet")
    assert (run["outcome"], run["exit_code"], run["tail"]) == ("failed", 3, ["bye"])


def test_a_run_goes_on_and_the_loss_is_counted_when_its_log_cannot_be_written(make: Callable[..., Daemon]) -> None:
    daemon = make(at_start("load", "echo lost"))
    (daemon.home / "log/jobs").mkdir(parents=True)
    (daemon.home / "log/jobs/load").write_text("in the way")
    done = daemon.once()
    assert (done.returncode, done.stdout) == (0, "load   | lost\n")
    assert "error: cannot open the log of load" in done.stderr
    assert "5 bytes of its output were not kept" in done.stderr
    (row,) = rows(daemon.home)
    assert (row["outcome"], row["log_bytes"], row["log_lost"], row["tail"]) == ("succeeded", 0, 5, "lost")


def test_logs_shows_a_run_whole_when_its_file_was_rotated(make: Callable[..., Daemon]) -> None:
    log = {"max_size": "100kB", "keep": 20, "relay": "off"}
    daemon = make(at_start("count", "seq 100000", log=log)).start()
    run = daemon.ended("count")
    whole = "".join(f"{number}\n" for number in range(1, 100_001))
    assert (run["log_bytes"], run["log_lost_bytes"]) == (len(whole), 0)
    assert len(list((daemon.home / "log/jobs/count").iterdir())) == 6
    assert daemon.cli("logs", "count", "-n", "all").stdout == whole


def test_standard_error_goes_on_in_a_file_of_its_own_from_run_to_run(make: Callable[..., Daemon]) -> None:
    daemon = make(
        job("load", "echo out; echo err $SEXTON_RUN_ID >&2", log={"stderr": "load.err"}, cwd="${HOME_OF_TEST}")
    )
    daemon.start(env={"HOME_OF_TEST": str(daemon.home)})
    for _ in range(2):
        daemon.cli("trigger", "load", "--wait")
        assert output(daemon.ended("load")) == b"out\n"
    assert (daemon.home / "load.err").read_text() == "err 1\nerr 2\n"


def test_a_services_log_goes_on_over_a_restart_of_sexton(make: Callable[..., Daemon]) -> None:
    daemon = make(service("web", "echo up; exec sleep 1000", log={"max_size": "1kB"}))
    for _ in range(2):
        daemon.start()
        daemon.wait_for(r"web +\| up")
        daemon.stop()
    assert (daemon.home / "log/services/web.log").read_text() == "up\nup\n"
