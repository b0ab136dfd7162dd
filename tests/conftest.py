"""What holds for every test, whoever starts them: bytecode is kept, and signals are heard.

An environment with PYTHONDONTWRITEBYTECODE would have each of the thousands of processes that are started here compile
Sexton anew, and so measure the compiler: twice the processor time of the whole suite. A shell that starts the tests in
the background has INT and QUIT ignored, nohup(1) has HUP, and so would everything that they start.
"""

import os
import signal
import sys

from hypothesis import HealthCheck, settings


def pytest_configure() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    slow = [HealthCheck.too_slow]  # as any test is beside others on a small machine
    settings.register_profile("same", derandomize=True, deadline=None, suppress_health_check=slow)
    settings.load_profile("same")
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda _number, _frame: None)  # ignored here as before, and by no other program
