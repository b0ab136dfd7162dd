"""The names that `{{ name }}` may have in what is said of a notice, such as the subject of a mail; and what a mail has
where the plan does not say."""

SUBJECT = "{{ job }}: {{ outcome }}"
TAIL = 300  # lines of the log in a mail
WORDS = (
    "job", "service", "name", "outcome", "title", "kind", "run", "slot", "fire_time", "started", "ended", "duration",
    "exit_code", "signal", "reason", "attempt", "attempts", "host", "instance", "previous", "since", "sink", "version",
)  # fmt: skip
