"""Who asks, when servers want to know."""

from sexton import __version__

AGENT = f"Sexton/{__version__}"
