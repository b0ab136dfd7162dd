"""`python -m tests.steps.sort.weigh FOLDER`: sort `in/a.csv` there in a process that does nothing else, and say as JSON
how much memory that took."""

import json
import sys
from pathlib import Path

from sexton.steps.manifest import Entry
from sexton.steps.sort import run
from tests.steps.doing import work
from tests.steps.sort.sorting import options


def main(home: Path) -> None:
    path = home / "in/a.csv"
    handed = run(options(home), work(home, Entry(str(path), "a.csv", path.stat().st_size, "")))
    status = Path("/proc/self/status").read_text()  # getrusage(2) would tell of the process before exec, too
    memory = int(status.partition("VmHWM:")[2].split()[0])
    print(json.dumps({"rows": handed.files[0].rows, "kilobytes": memory}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
