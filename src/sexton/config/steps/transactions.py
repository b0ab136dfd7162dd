"""Statements of a text of SQL that would begin or end a transaction: those of the text's own, none in the body of a
function, a trigger or a `DO`, where a database takes them for something else or refuses them itself."""

from sexton.config.steps.statements import statements

_CONTROL = ("BEGIN", "COMMIT", "END", "ROLLBACK", "ABORT", "START TRANSACTION", "PREPARE TRANSACTION")


def control(text: str, *, sqlite: bool) -> str | None:
    """The first statement that begins or ends a transaction, by its words; None: there is none."""
    for _, words in statements(text, sqlite=sqlite):
        found = next((each for each in _CONTROL if tuple(each.split()) == words[: len(each.split())]), None)
        if found is not None and not (found == "ROLLBACK" and "TO" in words[1:3]):  # to a savepoint, which is within
            return found
    return None
