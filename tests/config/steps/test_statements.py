"""The statements of a text of SQL."""

import pytest

from sexton.config.steps.statements import statements


def texts(text: str, sqlite: bool) -> list[str]:
    return [each.text for each in statements(text, sqlite=sqlite)]


@pytest.mark.parametrize("sqlite", [False, True])
def test_statements_come_without_their_semicolon_and_what_is_around_them(sqlite: bool) -> None:
    text = " -- first\nSELECT ';' /* a;b */ , 1 -- done;\n;; /* ; */ (SELECT 2); -- the end"
    assert texts(text, sqlite) == ["SELECT ';' /* a;b */ , 1", "(SELECT 2)"]


def test_a_trigger_of_sqlite_is_one_statement() -> None:
    trigger = "CREATE TRIGGER t AFTER DELETE ON a BEGIN DELETE FROM b; SELECT CASE 1 WHEN 1 THEN end END FROM c; END"
    assert texts(f"{trigger}; SELECT 2", True) == [trigger, "SELECT 2"]


def test_a_function_of_postgresql_is_one_statement() -> None:
    body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE 1 WHEN 1 THEN 2 END; SELECT 1; END"
    assert texts(f"{body}; SELECT 2", False) == [body, "SELECT 2"]


def test_the_first_words_tell_what_a_statement_is() -> None:
    (one,) = statements('/* x */ create or replace view "a b" as select 1', sqlite=False)
    assert one.head == ("CREATE", "OR", "REPLACE", "VIEW", '"')
