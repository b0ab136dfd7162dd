"""Benchmarks: whole processes side by side with the field, medians; never part of the tests."""
