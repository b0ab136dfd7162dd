"""The options of the built-in steps, one module each: what a plan, `sexton step NAME --help` and the docs go by.

Each module has `OPTIONS`, a NamedTuple of the values that the step is given, and `KEYS`, how each is written. It may
have `verify(options)`, which says what cannot work of them together, and `doubts(options)`, what this machine lacks for
them; a plan's reader asks both even while the reference to a secret stands for its value. A step itself is in steps/
and runs as a child process; nothing here does anything.
"""
