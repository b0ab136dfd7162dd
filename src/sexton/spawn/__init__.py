"""Processes: starting, signalling, reaping, and ending what an earlier Sexton left behind."""
