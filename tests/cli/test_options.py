"""Words → operands and options."""

import pytest

from sexton.cli.failures import UsageError
from sexton.cli.options import Option, Usage, parse, split_verb

USAGE = Usage(
    "sexton x",
    "",
    (Option("--lines", "", short="-n", value="N"), Option("--follow", "", short="-f")),
    least=1,
    most=2,
)


@pytest.mark.parametrize(
    "words",
    [
        ["a", "-n", "5"],
        ["-n5", "a"],
        ["--lines=5", "a"],
        ["--lines", "5", "--", "a"],
        ["-n", "7", "a", "-n", "5"],
    ],
)
def test_number_is_taken_in_every_usual_form(words: list[str]) -> None:
    arguments = parse(words, USAGE)
    assert (arguments.operands, arguments.number("--lines", 300, 1000)) == (["a"], 5)


def test_switch_and_value_are_taken_when_they_share_one_dash() -> None:
    arguments = parse(["a", "-fn5"], USAGE)
    assert (arguments.has("--follow"), arguments.text("--lines")) == (True, "5")


def test_words_after_two_dashes_are_operands() -> None:
    assert parse(["--", "-f", "--json"], USAGE).operands == ["-f", "--json"]


def test_single_dash_is_an_operand() -> None:
    assert parse(["-"], USAGE).operands == ["-"]


def test_default_is_used_when_the_option_is_absent() -> None:
    assert parse(["a"], USAGE).number("--lines", 300, 1000) == 300


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["a", "--folow"], "there is no option --folow; did you mean --follow?"),
        (["a", "-z"], "there is no option -z"),
        (["a", "--follow=yes"], "--follow takes no value"),
        (["a", "-n"], "--lines needs a value: --lines N"),
        ([], "something is missing"),
        (["a", "b", "c"], "there is no place for 'c'"),
    ],
)
def test_misuse_is_refused_with_its_reason(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(words, USAGE)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("text", ["0", "-1", "x", "", "1001", "²", "9" * 5000])
def test_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="from 1 to 1000"):
        parse(["a", f"--lines={text}"], USAGE).number("--lines", 300, 1000)


def test_help_is_understood_when_operands_are_missing() -> None:
    assert parse(["--help"], USAGE).has("--help")


@pytest.mark.parametrize(
    ("words", "split"),
    [
        (["status", "a"], ([], "status", ["a"])),
        (["--socket", "/s", "--json", "runs", "-n", "5"], (["--socket", "/s", "--json"], "runs", ["-n", "5"])),
        (["--socket=/s", "runs"], (["--socket=/s"], "runs", [])),
        (["--version"], (["--version"], None, [])),
        (["--socket"], (["--socket"], None, [])),
        ([], ([], None, [])),
    ],
)
def test_verb_is_found_behind_the_common_options(words: list[str], split: object) -> None:
    assert split_verb(words) == split


STRICT = Usage(
    "sexton y",
    "",
    (
        *(Option("--nodaemon", "", short="-n"), Option("--nocleanup", "", short="-k")),
        *(Option("--logfile", "", short="-l", value="FILE"), Option("--logfile_backups", "", value="N")),
    ),
    strict=True,
)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--nod", "--logfile", "x"], {"--nodaemon": "", "--logfile": "x"}),
        (["--logfile_b=3"], {"--logfile_backups": "3"}),
        (["-?"], {"--help": ""}),
        (["-h", "-n", "-n"], {"--help": "", "--nodaemon": ""}),
    ],
)
def test_options_are_taken_as_supervisord_takes_them_when_words_are_strict(
    words: list[str], names: dict[str, str]
) -> None:
    arguments = parse(words, STRICT)
    assert {name: arguments.text(name) for name in names} == names


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-n", "--nodaemon"], "--nodaemon is given twice; once is enough"),
        (["-n", "-n", "-h"], "--nodaemon is given twice; once is enough"),
        (["-lx", "-ly"], "--logfile is given twice; once is enough"),
        (["--no"], "there is no option --no"),
        (["--nodeamon"], "there is no option --nodeamon; did you mean --nodaemon?"),
        (["-h", "word"], "there is no place for 'word'"),
    ],
)
def test_words_are_refused_as_supervisord_refuses_them_when_they_are_strict(words: list[str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(words, STRICT)
    assert str(refused.value).startswith(said)
