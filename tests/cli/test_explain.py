"""A schedule in plain words."""

import io
import json

import pytest

from sexton.cli.console import Console
from sexton.cli.main import main
from sexton.cli.paragraph import paragraph
from tests.cli.terminals import paper, terminal

BERLIN = ("--timezone", "Europe/Berlin", "--from", "2026-11-22")


def explain(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    code = main(["explain", *words])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def test_words_fire_times_and_clock_changes_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, err = explain(capsys, "30 2 * * *", "-n", "2", *BERLIN)
    assert (code, err) == (0, "")
    assert [line.split("  in ")[0].removesuffix("  past") for line in lines[:6]] == [
        "At 02:30 every day.",
        "",
        "Next, in Europe/Berlin:",
        "  Sun 2026-11-22 02:30 +01:00",
        "  Mon 2026-11-23 02:30 +01:00",
        "",
    ]
    spring = "on Sun 2027-03-28, when the clock goes forward from 02:00 to 03:00"
    autumn = "on Sun 2027-10-31, when the clock goes back from 03:00 to 02:00"
    assert lines[6:] == [
        "Clock changes:",
        f"  {spring}: 02:30 does not exist and fires at 03:00 instead",
        f"  {autumn}: 02:30 comes twice and fires the first time only",
    ]


def test_other_rules_for_clock_changes_can_be_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = explain(capsys, "30 2 * * *", *BERLIN, "--dst-gap", "skip", "--dst-overlap", "both")
    assert lines[-2].endswith("02:30 does not exist and does not fire, so that nothing fires for 1d23h")
    assert lines[-1].endswith("02:30 comes twice and fires both times")


def test_what_is_doubtful_is_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = explain(capsys, "*/7 * * * *", "--timezone", "UTC")
    assert lines[-1].startswith("warning: '*/7' in the minute field is 0, 7, 14")


def test_several_schedules_are_a_list_and_days_can_be_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines, _ = explain(capsys, "@daily", "@every 5h", "--except", "calendar: Sat,Sun", *BERLIN, "--json")
    view = json.loads("\n".join(lines))
    assert view["words"] == [
        "At 00:00 every day.",
        "Every 5 hours, aligned to the clock (counted from 1970-01-01 00:00 UTC).",
        "But not on Saturdays and Sundays.",
    ]
    assert view["next"][0] == {"fire_time": "2026-11-22T23:00:00Z", "local": "2026-11-23T00:00:00+01:00"}
    assert (view["schedule"], view["timezone"]) == (["@daily", "@every 5h"], "Europe/Berlin")
    assert (view["warnings"], view["clock_changes"], len(view["next"])) == ([], [], 5)


def test_what_no_clock_starts_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "@reboot")[1] == ["Once at each start of Sexton.", "", "No clock starts it."]


def test_h_depends_on_the_jobs_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(capsys, "H H * * *", "--job", "a")[1] != explain(capsys, "H H * * *", "--job", "b")[1]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["* * * *"], "it has 4 fields; write five"),
        (["61 * * * *"], "minute: cannot use '61'"),
        (["0 0 30 2 *"], "it can never fire"),
        (["@daily", "--timezone", "Europe/Berln"], "did you mean Europe/Berlin?"),
        (["@daily", "--dst-gap", "jump"], "--dst-gap takes shift, skip, each, not 'jump'"),
        (["@daily", "--from", "soon"], "cannot read 'soon' as a time"),
        ([], "something is missing"),
    ],
)
def test_what_is_no_schedule_is_usage(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    code, lines, err = explain(capsys, *words)
    assert (code, lines) == (2, [])
    assert said in err


def test_sentences_are_broken_on_a_narrow_terminal_only() -> None:
    text = "a sentence of some words … that goes on until it is longer than forty columns"
    with terminal(40) as console:
        lines = list(paragraph(text, console, first="- "))
    assert len(lines) == 3
    assert max(map(len, lines)) <= 40
    assert [line[:2] for line in lines] == ["- ", "  ", "  "]
    assert list(paragraph(text, paper())) == [text]


def test_an_ascii_terminal_gets_ascii() -> None:
    console = Console(io.TextIOWrapper(io.BytesIO(), "ascii"), io.StringIO(), {})
    assert list(paragraph("0, 7 … 56", console)) == ["0, 7 ... 56"]
