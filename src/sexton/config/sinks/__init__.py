"""`[sinks.NAME]`: each kind's options in a module of its own, what plan, check and docs go by.

Each module has `KEYS`, and where a bare value may stand in place of a table `BARE`, the key that it is the value of;
`verify(table, options)` says what no single key can say. Nothing here delivers anything: the child process does that.
"""
