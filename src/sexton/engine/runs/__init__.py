"""Runs: what is wanted, whose turn it is, and each from its claim to its end."""
