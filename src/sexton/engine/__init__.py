"""The loop, the only place where time passes: it performs effects and turns what happens into events."""
