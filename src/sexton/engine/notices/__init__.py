"""Notices: what happens, as things to tell, and the sinks that they are handed to."""
