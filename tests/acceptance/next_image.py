"""A pause between two images of Sexton: the new one waits at its very first instruction until the test lets it go on.

Python runs `sitecustomize.py` before anything else of the new image; an image on trial, or the first, is not held up.
"""

import os
import select
from pathlib import Path

from tests.acceptance.daemon import LIMIT

HOOK = """
import os
if os.environ.get("SEXTON_HANDOVER", "").isdigit() and os.path.exists("{here}/hold"):
    with open("{here}/there", "w") as there:
        there.write("x")
    open("{here}/go").read(1)
"""


class Pause:
    """`env` is for the first start. The next image waits from `hold` on."""

    def __init__(self, home: Path) -> None:
        self._here = home / "pause"
        self._here.mkdir()
        for name in ("there", "go"):
            os.mkfifo(self._here / name)
        self._there, self._go = (os.open(self._here / name, os.O_RDWR | os.O_CLOEXEC) for name in ("there", "go"))
        (self._here / "sitecustomize.py").write_text(HOOK.format(here=self._here))
        self.env = {"PYTHONPATH": str(self._here)}

    def hold(self) -> None:
        (self._here / "hold").touch()

    def wait(self) -> None:
        """Until the new image is there: it has done nothing yet, and the one before is gone."""
        assert select.select([self._there], [], [], LIMIT)[0], "there is no new image"

    def let_go(self) -> None:
        (self._here / "hold").unlink()
        os.write(self._go, b"x")

    def close(self) -> None:
        os.close(self._there)
        os.close(self._go)
