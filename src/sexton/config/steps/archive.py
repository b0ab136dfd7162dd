"""The options of the step `archive`."""

from typing import NamedTuple

from sexton.config.steps.key import Key
from sexton.config.values import duration, whole
from sexton.model.units import Duration

_FILES = 1_000_000


class Options(NamedTuple):
    """Files go below the folder `to`; what is there longer than `keep_for`, or beyond the newest `keep` files, goes."""

    to: str
    keep_for: Duration | None = None
    keep: int | None = None


OPTIONS = Options
KEYS = (
    Key("to", "the folder that files are moved to", required=True, dated=True, metavar="FOLDER"),
    Key("keep_for", "delete files in it that are older", duration("90d"), metavar="DURATION"),
    Key("keep", "delete all but the newest so many", whole(1, _FILES, "a number of files"), word=int, metavar="N"),
)
