"""Which built-in steps there are. A step's module is loaded when one of its name is met."""

from typing import Any, NamedTuple


class Described(NamedTuple):
    """A step in a line. One that `settles` is told when all steps of its run have succeeded; one that `wants_files` has
    nothing to do without."""

    name: str
    does: str
    settles: bool = False
    wants_files: bool = False


def _of_files(name: str, does: str) -> Described:
    return Described(name, does, wants_files=True)


STEPS = {
    step.name: step
    for step in (
        Described("fetch", "copy new files from a folder or a server", settles=True),
        _of_files("sort", "hold each row to a schema: good ones go on, others are flagged with reasons"),
        _of_files("load", "put the rows of files into a table, each file once and in one transaction"),
        _of_files("deliver", "send files to a server or a folder, and see that they arrived"),
        Described("archive", "move files that are done with to a dated folder, and keep that in bounds"),
        Described("mail", "mail the end of a file, or of what was handed on"),
        Described("mirror", "push every git repository below a folder to its remotes, or fetch them"),
        Described("http", "call a URL, and keep its answer"),
        Described("sql", "run a statement, keep the rows that it gives, and hold their number to bounds"),
    )
}


def options_module(name: str) -> Any:
    """config/steps/NAME.py, with its OPTIONS and KEYS."""
    from importlib import import_module

    return import_module(f"sexton.config.steps.{name}")
