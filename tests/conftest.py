"""What holds for every test: Python keeps what it has compiled, as it does wherever Sexton is installed.

An environment with PYTHONDONTWRITEBYTECODE would have each of the thousands of processes that are started here compile
Sexton anew, and so measure the compiler: twice the processor time of the whole suite.
"""

import os
import sys


def pytest_configure() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
