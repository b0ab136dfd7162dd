"""`${VAR}` in strings: which forms are references, what they become, and what is said when they cannot be replaced."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sexton.config.expand import Expander, Expansion, Unexpanded

ENVIRON = {"A": "one", "EMPTY": "", "MONEY": "$A ${A} $$", "_x9": "low"}


def expand(text: str, *, for_run: bool = True, **more: str) -> Expansion:
    return Expander(ENVIRON | more, for_run=for_run).expand(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${A}", "one"),
        ("<${A}${A}>", "<oneone>"),
        ("${_x9}", "low"),
        ("${EMPTY}", ""),
        ("${A:-two}", "one"),
        ("${NO:-two}", "two"),
        ("${EMPTY:-two}", "two"),
        ("${NO:-}", ""),
        ("${NO:-${A}}", "one"),
        ("${NO:-${NO:-${NO:-deep}}}!", "deep!"),
        ("${NO:-a $$ b}", "a $ b"),
        ("${NO:-0 8 * * *}", "0 8 * * *"),
        ("${A:?is needed}", "one"),
        ("${MONEY}", "$A ${A} $$"),
    ],
)
def test_a_reference_becomes_its_value(text: str, expected: str) -> None:
    assert expand(text) == Expansion(expected)


@pytest.mark.parametrize(
    "text", ["$", "$A", "$(date)", "a$", "${", "${}", "${9}", "${A", "${A-x}", "${A%.*}", "${NO:-x", "${#A}", "{A}"]
)
def test_a_dollar_is_ordinary_when_no_reference_follows(text: str) -> None:
    assert expand(text) == Expansion(text)


def test_two_dollars_are_one_and_guard_what_follows() -> None:
    assert expand("$$ $${A} $$$${A} $$${A}").text == "$ ${A} $${A} $one"


@given(st.text("${}:-?AB", max_size=30))
@settings(derandomize=True, max_examples=200)
def test_every_text_expands_or_says_why_not(text: str) -> None:
    result = expand(text)
    assert isinstance(result.text, Unexpanded) == (result.problem is not None)


@given(st.text(max_size=20), st.text(max_size=20))
@settings(derandomize=True, max_examples=100)
def test_text_around_a_reference_is_kept_when_its_dollars_are_doubled(before: str, after: str) -> None:
    text = before.replace("$", "$$") + "${A}" + after.replace("$", "$$")
    assert expand(text).text == f"{before}one{after}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x ${NO} y", "${NO} is not set; set it, or give a default: ${NO:-…}"),
        ("${NO:?the database's URL}", "${NO} is not set: the database's URL"),
        ("${EMPTY:?must be given}", "${EMPTY} is empty: must be given"),
        ("${EMPTY:?}", "${EMPTY} is empty; set it, or give a default: ${EMPTY:-…}"),
        ("${NO:-${NEITHER}}", "${NEITHER} is not set; set it, or give a default: ${NEITHER:-…}"),
    ],
)
def test_an_unset_variable_is_named_and_stands_as_it_was(text: str, problem: str) -> None:
    result = expand(text)
    assert (result.problem, result.warning) == (problem, None)
    assert isinstance(result.text, Unexpanded)
    assert "${" in result.text


def test_an_unset_variable_is_only_a_warning_when_not_for_run() -> None:
    result = expand("${A} ${NO:?say it}", for_run=False)
    assert result == Expansion("one ${NO:?say it}", None, "${NO} is not set: say it")
    assert isinstance(result.text, Unexpanded)


def test_a_file_is_read_when_name_file_stands_beside_an_unset_name(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n\n")
    assert expand("<${PASSWORD}>", PASSWORD_FILE=str(secret)) == Expansion("<s3cret\n>")
    assert expand("${EMPTY:-x}", EMPTY_FILE=str(secret)).text == "s3cret\n"


def test_name_and_name_file_are_not_both_set(tmp_path: Path) -> None:
    for for_run in (True, False):
        result = expand("${A}", A_FILE="/etc/hostname", for_run=for_run)
        assert result.problem == "A and A_FILE are both set; set one of them"


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    problem = f"cannot read {gone}, which SECRET_FILE names: No such file or directory"
    assert expand("${SECRET:-x}", SECRET_FILE=str(gone)).problem == problem


def test_no_file_is_read_when_not_for_run(tmp_path: Path) -> None:
    result = expand("${SECRET}", SECRET_FILE=str(tmp_path / "gone"), for_run=False)
    assert result.warning == "${SECRET} comes from the file in SECRET_FILE, which is read only when Sexton runs"
    assert result.text == "${SECRET}"


def test_defaults_nest_so_deep_and_no_deeper() -> None:
    assert expand("${NO:-" * 16 + "x" + "}" * 16).text == "x"
    problem = expand("${NO:-" * 17 + "x" + "}" * 17).problem
    assert problem == "more than 16 defaults within defaults; give ${NO}"
