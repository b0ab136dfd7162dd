"""The conductor: the one process of an attempt of a job of steps. It starts each step as a child of its own."""
