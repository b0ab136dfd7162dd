"""What is sent over a network by a child process: addresses, connections, TLS and HTTP, all of it within one deadline.

Nothing of this is loaded by the daemon. Errors are those of net/errors.py, whose exit codes say whether to try again.
"""
