"""The meters as Prometheus reads them."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from openucwa.adapters.metrics import exposition
from openucwa.app.meters import Meters


def samples(meters, gauges=None):
    """Return values by name and labels; these are in the order of their names."""
    text = exposition(meters, gauges or {}).decode()
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_counts_are_shown_with_their_labels():
    meters = Meters()
    meters.requests["reportMyActivity", "POST", 204] += 2
    meters.requests["me", "GET", 200] += 1
    meters.transitions["Online", "IdleOnline"] += 1
    meters.sign_ins["granted"] += 3
    meters.ended["expired"] += 1
    meters.webhooks["callback", "failed"] += 2
    meters.deliveries = 7
    meters.dropped_queues = 1
    shown = samples(meters)

    assert 2 == shown["openucwa_requests_total", "POST", "reportMyActivity", "204"]
    assert 2 == shown["openucwa_reports_total",]
    assert 1 == shown["openucwa_transitions_total", "IdleOnline", "Online"]
    assert 3 == shown["openucwa_sign_ins_total", "granted"]
    assert 1 == shown["openucwa_applications_ended_total", "expired"]
    assert 2 == shown["openucwa_webhooks_total", "callback", "failed"]
    assert 7 == shown["openucwa_deliveries_total",]
    assert 1 == shown["openucwa_dropped_queues_total",]


def test_buckets_hold_everything_up_to_their_bound():
    meters = Meters()
    for value in (0.005, 0.01, 0.02, 99):
        meters.wheel_lag.observe(value)
    shown = samples(meters)

    name = "openucwa_wheel_lag_seconds"
    assert [2, 3, 3, 4] == [shown[f"{name}_bucket", le] for le in ("0.01", "0.025", "30.0", "+Inf")]
    assert 4 == shown[f"{name}_count",]
    assert 99.035 == shown[f"{name}_sum",]


def test_gauges_are_read_when_somebody_asks():
    users = []
    gauges = {"openucwa_users": ("Users with live state.", lambda: len(users))}

    assert 0 == samples(Meters(), gauges)["openucwa_users",]
    users.append("lene")
    assert 1 == samples(Meters(), gauges)["openucwa_users",]
