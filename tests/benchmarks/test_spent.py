"""What processes cost that are waited for."""

import subprocess
import sys

from benchmarks.spent import spent


def test_the_cpu_time_of_children_and_theirs_is_counted() -> None:
    busy = "import time; until = time.process_time() + 0.2\nwhile time.process_time() < until: pass"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}], check=True)"
    cost = spent(lambda: subprocess.run([sys.executable, "-c", child], check=True))
    assert cost.cpu >= 200
    assert cost.wall >= 200


def test_waiting_costs_time_alone() -> None:
    cost = spent(lambda: subprocess.run(["sleep", "0.3"], check=True))
    assert cost.wall >= 300
    assert cost.cpu < 250
