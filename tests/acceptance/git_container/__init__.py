"""A container with a git server: sshd to push to, apache to clone from, and what keeps a mirror of it.

`auto-sync` and `gitsync.conf` are, letter for letter, what a published account of such a container has: "Using
supervisord as cron inside Docker containers" (its container: https://github.com/nathanpc/docker-source-vault).
"""
