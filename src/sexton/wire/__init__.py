"""Bytes and messages: text that leaves or enters, without a file descriptor in sight."""
