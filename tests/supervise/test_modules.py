"""Nothing that the daemon loads when it is wanted is missing for a user who can load nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import sexton
from sexton.supervise import modules

TOP = Path(sexton.__file__).parent
ELSEWHERE = {"hvac", "sys"}  # a vault is asked at the start


def late(file: Path) -> Iterator[str]:
    """The modules that functions of a file import, but for those of Sexton."""
    for function in ast.walk(ast.parse(file.read_text())):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield str(node.module)


def test_every_module_of_python_that_is_loaded_late_is_known() -> None:
    files = [*TOP.glob("*.py"), *(file for room in modules.OURS for file in (TOP / room).rglob("*.py"))]
    found = {name for file in files for name in late(file) if not name.startswith("sexton")} - ELSEWHERE
    assert {name for name in found if not any(f"{each}.".startswith(f"{name}.") for each in modules.OF_PYTHON)} == set()
