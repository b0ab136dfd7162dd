"""What the kernel shows of a process's first environment, before and after."""

import os
import subprocess
import sys

ASK = """
import os
from sexton.spawn.initial_environment import forget
print(forget(["CANARY", "LAST", "NOT_THERE", "SURROGATE"]))
print(open("/proc/self/environ", "rb").read().replace(b"\\0", b"|"))
print([os.environ.get(name) for name in ("CANARY", "LAST", "SURROGATE", "OTHER_CANARY")])
os.environ["CANARY"] = "new"
print(os.popen("echo $CANARY $OTHER_CANARY").read())
"""


def test_values_are_gone_from_proc_and_all_else_stays() -> None:
    env = {
        "FIRST": "1",
        "CANARY": "hush=hush",
        "OTHER_CANARY": "kept",
        "EMPTY": "",
        "SURROGATE": "\udcff",
        **{name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ},
        "LAST": "hush",
    }
    done = subprocess.run([sys.executable, "-c", ASK], env=env, capture_output=True, text=True, check=True)
    trouble, shown, left, later, _ = done.stdout.split("\n", 4)
    assert trouble == "None"
    wiped = env | {"CANARY": "|" * 9, "LAST": "|" * 4, "SURROGATE": "|"}
    assert shown == repr("".join(f"{name}={value}|" for name, value in wiped.items()).encode())
    assert left == "[None, None, None, 'kept']"
    assert later == "new kept"
