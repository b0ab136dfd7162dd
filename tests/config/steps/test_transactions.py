"""Which statements of a text would begin or end a transaction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sexton.config.steps.transactions import control

BODY = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1; END"
TRIGGER = "CREATE TEMP TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; SELECT CASE 1 WHEN 1 THEN 2 END; END"


@pytest.mark.parametrize("sqlite", [False, True])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("begin; DELETE FROM t; commit; SELECT 1", "BEGIN"),
        ("DELETE FROM t;\n/* done; */ -- now;\n  Commit", "COMMIT"),
        ("SELECT ';'; END", "END"),
        ("DELETE FROM t; rollback; SELECT 1", "ROLLBACK"),
        ("ABORT WORK", "ABORT"),
        ("START\ntransaction READ ONLY", "START TRANSACTION"),
        ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
        ("COMMIT PREPARED 'x'", "COMMIT"),
        ("SELECT 1) TO STDOUT; COMMIT; COPY (SELECT 2", "COMMIT"),
        ('SELECT "a;""b"; COMMIT', "COMMIT"),
        ("SELECT 'it''s;'; COMMIT", "COMMIT"),
    ],
)
def test_a_statement_that_begins_or_ends_a_transaction_is_found(text: str, found: str, sqlite: bool) -> None:
    assert control(text, sqlite=sqlite) == found


@pytest.mark.parametrize("sqlite", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "",
        " ; ; ",
        "SELECT 'a; COMMIT; b'",
        'SELECT 1 AS "; COMMIT; "',
        "SELECT 1 -- ; COMMIT",
        "SELECT 1 /* ; COMMIT; */",
        "SAVEPOINT a; DELETE FROM t; ROLLBACK TO SAVEPOINT a; RELEASE a",
        "ROLLBACK WORK TO a",
        "PREPARE x AS SELECT 1; EXECUTE x",
        "SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1 AS commit",
        "SELECT 'open; COMMIT",
        "SELECT 1 /* open; COMMIT",
    ],
)
def test_other_statements_may_have_its_words_in_them(text: str, sqlite: bool) -> None:
    assert control(text, sqlite=sqlite) is None


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ BEGIN; COMMIT; END $$",
        "DO $body$ x $$; COMMIT; $$ $body$",
        r"SELECT E'it\'s; COMMIT; '",
        "SELECT 1 /* /* */ ; COMMIT; */",
        "CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2)",
        BODY,
        r"SELECT E'a' 'b', E'a' -- c",
        "SELECT E'a'\n  'b\\'; COMMIT; '",
        "SELECT 1 -- \u2028; COMMIT",
        "SELECT $$open; COMMIT",
    ],
)
def test_what_postgresql_hides_is_no_statement(text: str) -> None:
    assert control(text, sqlite=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "DO $$ x $$; COMMIT",
        r"SELECT 'a\'; COMMIT",
        r"SELECT E'\\'; COMMIT",
        "SELECT $1, a$b$c; COMMIT; SELECT a$b$c",
        "SELECT date'2026-11-22'; COMMIT",
        f"{BODY}; COMMIT",
        "CREATE PROCEDURE p(begin int) LANGUAGE sql AS 'SELECT 1'; COMMIT",
        "CREATE PROCEDURE p(begin int, atomic int) LANGUAGE sql AS 'SELECT 1'; COMMIT",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET begin.x = '1' AS 'SELECT 1'; COMMIT",
        "CREATE TABLE function (begin text); COMMIT",
        "SELECT 1; -- note\rCOMMIT",
        "SELECT E'a'\n'b\\''; COMMIT; SELECT '1'",
    ],
)
def test_what_postgresql_does_not_hide_is_one(text: str) -> None:
    assert control(text, sqlite=False) == "COMMIT"


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1 /* /* */ ; COMMIT",
        "SELECT `;`; COMMIT",
        "SELECT [a'b]; COMMIT",
        "SELECT $a; COMMIT",
        f"{TRIGGER}; COMMIT",
        "CREATE TABLE job (trigger text, begin text); COMMIT",
        "CREATE VIEW trigger AS SELECT 1 AS begin; COMMIT; SELECT 1",
        "CREATE TEMP TABLE trigger (begin text); COMMIT",
    ],
)
def test_what_sqlite_does_not_hide_is_one(text: str) -> None:
    assert control(text, sqlite=True) == "COMMIT"


@pytest.mark.parametrize(
    "text",
    [
        TRIGGER,
        "CREATE TRIGGER t AFTER DELETE ON a BEGIN UPDATE b SET end = 1; INSERT INTO b (begin, end) VALUES (1, 2); END",
        "SELECT 1 -- note\r; COMMIT",
    ],
)
def test_what_sqlite_hides_is_no_statement(text: str) -> None:
    assert control(text, sqlite=True) is None


@given(
    st.lists(
        st.sampled_from(["'", '"', "$$", "$a$", "/*", "*/", "--", "\n", ";", "(", ")", "x", "E'", "\\", "BEGIN", " "])
    )
)
def test_any_text_is_read_to_its_end(pieces: list[str]) -> None:
    for sqlite in (False, True):
        control("".join(pieces), sqlite=sqlite)
        assert control(f"COMMIT;{''.join(pieces)}", sqlite=sqlite) == "COMMIT"


def test_a_long_text_takes_no_longer_than_its_length() -> None:
    for piece in ("'", '"', "E'\\'", "/*", "$a$ ", "(", "a", "[", "'' "):
        assert control(piece * 100_000, sqlite=False) is None
