"""Prometheus's text format 0.0.4."""

from sexton.wire.metrics import Family, Sample, render


def test_a_family_is_said_once_above_its_samples() -> None:
    family = Family("x_total", "counter", "How many.", [Sample(3, {"job": "a", "outcome": "failed"}), Sample(0.25)])
    assert render([family]) == (
        '# HELP x_total How many.\n# TYPE x_total counter\nx_total{job="a",outcome="failed"} 3\nx_total 0.25\n'
    )


def test_a_family_without_samples_is_left_out() -> None:
    assert render([Family("x", "gauge", "None.", [])]) == ""


def test_labels_may_hold_anything() -> None:
    assert 'x{job="a\\"b\\\\c\\nd"} 1\n' in render([Family("x", "gauge", "h", [Sample(True, {"job": 'a"b\\c\nd'})])])


def test_times_keep_their_fractions() -> None:
    assert "x 1795334400.25\n" in render([Family("x", "gauge", "h", [Sample(1795334400.25)])])
