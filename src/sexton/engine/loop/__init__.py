"""The loop itself: descriptors, two clocks, signals. Knows nothing of runs and services."""
