"""How much may come out of an archive, and as what."""

from typing import NamedTuple

from sexton.steps.names import fault, shown

_FREE = 10_000_000  # bytes that may come out of any archive, however small: text squeezes well


class Unusable(Exception):
    """An archive that is not unpacked; the message says why."""


class Member(NamedTuple):
    """A file that came out: `name` as the archive has it, without fault; `path` where it lies under a number."""

    name: str
    path: str
    size: int
    sha256: str


class Bounds:
    """For one archive of `packed` bytes: files in it, bytes of all of them together, and as what multiple of it."""

    def __init__(self, packed: int, max_files: int, max_size: int, max_ratio: int) -> None:
        self.max_files = max_files
        self.most = min(max_size, max(packed * max_ratio, _FREE))
        self._reason = "`max_size`" if self.most == max_size else f"`max_ratio`, {max_ratio} times its size"
        self._names: set[str] = set()
        self._bytes = 0

    def name(self, name: str) -> str:
        """A further file of this name. Raises Unusable."""
        name = name.removeprefix("./")
        problem = fault(name)
        if problem is not None:
            raise Unusable(f"a name in it, {shown(name)!r}: {problem}")
        if name in self._names:
            raise Unusable(f"a name in it comes twice: {shown(name)}")
        self._names.add(name)
        if len(self._names) > self.max_files:
            raise Unusable(f"more files are in it than `max_files`, {self.max_files:,}")
        return name

    def count(self, size: int) -> None:
        """So many bytes more. Raises Unusable."""
        self._bytes += size
        if self._bytes > self.most:
            raise Unusable(f"more comes out of it than {self._reason}: {self.most:,} bytes")
