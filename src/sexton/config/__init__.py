"""Text to plan: one reader per front door, expansion, cross-checks; every problem is reported at once."""
