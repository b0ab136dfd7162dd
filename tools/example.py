"""`./run`: the example under Sexton, in the foreground. The arguments go to `sexton run`."""

import os
from collections.abc import Sequence
from typing import NoReturn

from tools.bootstrap import BIN, prepare
from tools.command import TOP

EXAMPLE = TOP / "examples" / "ingest"


def main(args: Sequence[str]) -> NoReturn:
    prepare()
    os.environ["SEXTON_EXAMPLE"] = str(EXAMPLE)  # sexton.toml's `cwd`: the scripts are found from anywhere
    if "--once" in args:
        os.environ["EXAMPLE_ONCE"] = "1"  # the summary's last words are others when nothing stays
    # exec, not a child: signals from the terminal and from a container reach Sexton itself.
    os.execv(BIN / "sexton", ["sexton", "run", str(EXAMPLE / "sexton.toml"), *args])
