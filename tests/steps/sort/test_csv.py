"""CSV as it comes: dialects, encodings, and what is no CSV at all."""

from pathlib import Path
from typing import Any

import pytest

from sexton.steps.sort import csvrows
from tests.steps.sort.sorting import AB, schema, sort

LARGE = 200_000  # lines: many blocks


@pytest.fixture(autouse=True)
def ab(tmp_path: Path) -> None:
    schema(tmp_path, AB)


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("a,b\n1,x y\n", {}),
        ("a,b\r\n1,x y\r\n", {}),
        ("a,b\r1,x y", {}),
        ("\n\na,b\n\n1,x y\n\n", {}),
        ('"a","b"\n"1","x y"\n', {}),
        ("a;b\n1;x y\n", {"delimiter": ";"}),
        ("a\tb\n1\tx y\n", {"delimiter": "\t"}),
        ("'a','b'\n1,'x y'\n", {"quote": "'"}),
        ("a,b\n1,x\\ y\n", {"escape": "\\"}),
        ("1,x y\n", {"header": False}),
    ],
)
def test_rows_are_read_in_whatever_dialect(tmp_path: Path, text: str, more: dict[str, Any]) -> None:
    result = sort(tmp_path, text, **more)

    assert (result.good, result.bad) == (["1,x y"], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_how_text_is_written(tmp_path: Path, encoding: str) -> None:
    assert sort(tmp_path, "a,b\n1,Zoë €\n".encode(encoding)).good == ["1,Zoë €"]


def test_an_encoding_is_used_where_there_is_no_mark(tmp_path: Path) -> None:
    assert sort(tmp_path, "a,b\n1,Zoë €\n".encode("cp1252"), encoding="cp1252").good == ["1,Zoë €"]


def test_values_with_quotes_commas_and_lines_stay_what_they_are(tmp_path: Path) -> None:
    text = 'a,b\n1,"two\nlines, ""quoted"""\nx,"bad\n\nrow"\n2,\\.\n'

    result = sort(tmp_path, text)

    assert result.good == ['1,"two', 'lines, ""quoted"""', '2,"\\."']
    assert result.reasons == [(4, "a", "is no integer")]
    assert result.bad[0]["row"] == 'x,"bad\n\nrow"'


def test_quotes_mean_nothing_where_there_are_none(tmp_path: Path) -> None:
    assert sort(tmp_path, 'a,b\n1,"x\n', quote="").good == ['1,"""x"']


def test_rows_with_more_or_fewer_values_are_flagged_once(tmp_path: Path) -> None:
    schema(tmp_path, [{**field, "constraints": {"required": True}} for field in AB])

    result = sort(tmp_path, "a,b\n1\n2,x\n3,y,z\n")

    reason = "has another number of values than there are columns: "
    assert result.good == ["2,x"]
    assert result.reasons == [(2, "", f"{reason}1, not 2"), (4, "", f"{reason}3, not 2")]
    assert [each["row"] for each in result.bad] == ["1", "3,y,z"]


def test_a_quote_in_the_wrong_place_flags_its_line_alone(tmp_path: Path) -> None:
    result = sort(tmp_path, 'a,b\n1,x\n2,"y"z\n3,w\n')

    assert result.good == ["1,x", "3,w"]
    assert result.reasons == [(3, "", "has a quote in the wrong place")]
    assert result.bad[0]["row"] == '2,"y"z'


def test_a_quote_that_is_never_closed_takes_no_other_line_with_it(tmp_path: Path) -> None:
    lines = [f"{number},x" for number in range(LARGE)]
    lines[10] = '10,"x'

    result = sort(tmp_path, "a,b\n" + "\n".join(lines) + "\n")

    assert result.good == lines[:10] + lines[11:]
    assert result.reasons == [(12, "", "has a quote that is not closed")]
    assert result.bad[0]["row"] == '10,"x'


def test_quotes_that_each_close_the_one_before_do_not_take_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvrows, "_READ_AGAIN", 10)

    result = sort(tmp_path, "a,b\n" + 'a","\n' * 5000, max_line=1000)

    assert result.good == []
    assert "".join(each["row"] + "\n" for each in result.bad) == 'a","\n' * 5000


@pytest.mark.parametrize("longest", [1000, 10**6])
def test_a_line_that_is_too_long_is_flagged_with_its_beginning(tmp_path: Path, longest: int) -> None:
    length = longest + 10**6
    text = f"a,b\n1,x\n2,{'y' * length}\n3,z\n"

    result = sort(tmp_path, text, max_line=longest)

    assert result.good == ["1,x", "3,z"]
    assert [(line, reason.split(":")[0]) for line, _, reason in result.reasons] == [(3, "is too long")]
    assert result.bad[0]["row"] == "2," + "y" * 998 + "…"


def test_a_quote_that_is_open_before_a_line_that_is_too_long_flags_both(tmp_path: Path) -> None:
    result = sort(tmp_path, f'a,b\n1,"x\n{"y" * 5000}\n3,z\n', max_line=1000)

    assert result.good == ["3,z"]
    assert [line for line, _, _ in result.reasons] == [2, 3]


def test_bytes_that_are_no_text_flag_their_row_alone(tmp_path: Path) -> None:
    result = sort(tmp_path, b"a,b\n1,x\n2,\xff\n3,\xc3\xa9\n4,\0\n")

    assert result.good == ["1,x", "3,é"]
    assert result.reasons == [(3, "b", "holds what is no text"), (5, "b", "holds what is no text")]
    assert [(each["value"], each["row"]) for each in result.bad] == [("\\xff", "2,\\xff"), ("\\x00", "4,\\x00")]


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", bytes(range(256)) * 100, b"\x1f\x8b\x08" + b"\0" * 1000, b"\xff\xfe\x00"]
)
def test_what_is_no_table_is_flagged_as_a_whole(tmp_path: Path, data: bytes) -> None:
    result = sort(tmp_path, data)

    assert result.good is None
    assert result.manifest.files == ()
    assert len(result.bad) == 1
    assert result.report.counts["rows"] == result.report.counts["flagged"] > 0


def test_rows_are_the_same_wherever_blocks_are_cut(tmp_path: Path) -> None:
    rows = [f'{number},"{"é" * (number % 7)}\r\n""{number}"' for number in range(20_000)]

    result = sort(tmp_path, "a,b\r\n" + "\r\n".join(rows))

    assert result.bad == []
    assert result.manifest.files[0].rows == 20_000
    assert result.good == "\n".join(rows).split("\n")
