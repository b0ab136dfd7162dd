"""The delivery of one notice to one sink, by a short-lived child process: `python -m sexton.sinks`.

It reads an order (order.py) from standard input, and ends with 0 when the notice was accepted, with 75 when another
attempt may succeed, with 78 when something here has to be mended first, with anything else when the sink refuses it for
good; one line on standard error says why. What kinds of sinks there are is in __main__.py; each imports what it needs
when it is wanted. Nothing here is loaded by the daemon.
"""
