"""Archives: what is in them, into a folder of ours, under numbers; their names are judged, and used later.

All of an archive is unpacked, or it is refused. Invariant: no byte is written beyond the limits, and no link, device
or hostile name comes out.
"""

from sexton.steps.fetch.unpack.bounds import Bounds, Member, Unusable
from sexton.steps.fetch.unpack.unpack import is_archive, unpack

__all__ = ["Bounds", "Member", "Unusable", "is_archive", "unpack"]
