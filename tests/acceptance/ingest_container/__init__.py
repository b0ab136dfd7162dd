"""A container that runs a daily ingest and mails its log, as a published account of it has its scripts.

`Dockerfile`, `entrypoint.sh`, `ingest.sh`, `email_logs.sh` and `email_file` (.py) are, letter for letter, those of
"Lessons in Containerising a Cron Job"; `ingest.py`, which its author could not share, is one of our own.
"""
