"""Schedules: text to rules, and rules to fire times, in a zone, over clock changes."""
