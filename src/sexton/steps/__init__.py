"""The built-in steps of jobs. Each runs as a child process of its own, and imports what it needs there.

steps/NAME/ has `run(options, work) -> Manifest`, and where the catalogue says that it settles, `settle(options, work)`.
A step raises StepError, and knows nothing of the daemon: what it is told is in its Work, what it tells goes to Report.
"""
