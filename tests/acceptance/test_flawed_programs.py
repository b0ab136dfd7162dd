"""Programs that cannot start, beside a real supervisord with the same file: both run all others, and say the same."""

from pathlib import Path

from tests.acceptance.beside import Beside

FLAWED = """
[program:good]
command = sleep 1000
[program:cut]
command = sh -c "echo a ; sleep 3"
startretries = 0
[program:empty]
command =
startretries = 0
[program:folder]
command = sleep 1000
directory =
startretries = 0
"""
MORE = """
[program:open]
command = sh -c 'x
startretries = 0
[program:more]
command = sleep 1000
"""
TOLD = ("statename", "spawnerr", "exitstatus")


def told(both: Beside, name: str) -> list[tuple[object, ...]]:
    return [tuple(info[key] for key in TOLD) for info in both.call("getProcessInfo", name)]


def test_a_command_that_cannot_be_parsed_is_that_programs_own_trouble(tmp_path: Path) -> None:
    with Beside(tmp_path, FLAWED) as both:
        assert told(both, "good") == [("RUNNING", "", 0)] * 2
        assert told(both, "cut") == [("FATAL", "can't parse command 'sh -c \"echo a': No closing quotation", 0)] * 2
        assert told(both, "empty") == [("FATAL", "command is empty", 0)] * 2
        assert [state for state, *_ in told(both, "folder")] == ["FATAL"] * 2
        for name in ("cut", "empty", "folder"):
            ours, theirs = both.command(f"start {name}")
            assert ours == theirs


def test_an_update_takes_up_what_cannot_start_beside_what_can(tmp_path: Path) -> None:
    with Beside(tmp_path, FLAWED) as both:
        for daemon in (both.ours.config, both.homes[1] / "supervisord.conf"):
            daemon.write_text(daemon.read_text() + MORE)
        assert both.call("reloadConfig") == ([[["more", "open"], [], []]],) * 2
        assert both.call("addProcessGroup", "open") == both.call("addProcessGroup", "more") == (True, True)
        both.settle()
        assert told(both, "more") == [("RUNNING", "", 0)] * 2
        assert told(both, "open") == [("FATAL", "can't parse command \"sh -c 'x\": No closing quotation", 0)] * 2
