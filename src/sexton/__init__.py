"""Sexton: keeps services up, runs jobs on time, and tells you how they went."""

__version__ = "0.1.0"
__all__ = ["__version__"]
