"""The command line: one file per verb; speaks to the daemon over its socket and never loads the engine."""
