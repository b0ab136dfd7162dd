"""Answers for people: what schedules mean, what they will do, and why something did or did not happen."""
