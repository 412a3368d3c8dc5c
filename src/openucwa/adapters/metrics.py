"""The meters as Prometheus reads them. Nothing is computed until somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import (
    CollectorRegistry,
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from openucwa.app.meters import Histogram, Meters
from openucwa.domain.samples import BOUNDS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def exposition(meters: Meters, gauges: dict[str, tuple[str, Callable[[], float]]]) -> bytes:
    """Return all metrics as text. ``gauges`` are name -> (meaning, how to read it now)."""
    registry = CollectorRegistry()
    registry.register(MeterCollector(meters, gauges))
    return generate_latest(registry)


class MeterCollector(Collector):
    """Shows meters and gauges; the names and texts here are what docs/metrics.md lists."""

    def __init__(self, meters: Meters, gauges: dict[str, tuple[str, Callable[[], float]]]) -> None:
        self._meters = meters
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Yield every metric with its present value."""
        meters = self._meters
        requests = CounterMetricFamily(
            "openucwa_requests",
            "Requests answered, by resource, method and status.",
            labels=["rel", "method", "status"],
        )
        for (rel, method, status), count in meters.requests.items():
            requests.add_metric([rel, method, str(status)], count)
        yield requests
        reports = meters.requests["reportMyActivity", "POST", 204]
        yield CounterMetricFamily(
            "openucwa_reports", "Reports of activity accepted.", value=reports
        )
        transitions = CounterMetricFamily(
            "openucwa_transitions",
            "Changes of what people show to others, by availability before and after.",
            labels=["before", "after"],
        )
        for (before, after), count in meters.transitions.items():
            transitions.add_metric([before, after], count)
        yield transitions
        sign_ins = CounterMetricFamily(
            "openucwa_sign_ins", "Requests for a token, by outcome.", labels=["outcome"]
        )
        for outcome, count in meters.sign_ins.items():
            sign_ins.add_metric([outcome], count)
        yield sign_ins
        ended = CounterMetricFamily(
            "openucwa_applications_ended", "Applications ended, by reason.", labels=["reason"]
        )
        for reason, count in meters.ended.items():
            ended.add_metric([reason], count)
        yield ended
        messages = CounterMetricFamily(
            "openucwa_messages",
            "Messages that people sent, by what became of them.",
            labels=["outcome"],
        )
        for outcome, count in meters.messages.items():
            messages.add_metric([outcome], count)
        yield messages
        webhooks = CounterMetricFamily(
            "openucwa_webhooks",
            "Attempts to push, by kind (callback, presence) and outcome; dropped are reports.",
            labels=["kind", "outcome"],
        )
        for (kind, outcome), count in meters.webhooks.items():
            webhooks.add_metric([kind, outcome], count)
        yield webhooks
        yield CounterMetricFamily(
            "openucwa_deliveries", "Events handed to applications.", value=meters.deliveries
        )
        yield CounterMetricFamily(
            "openucwa_dropped_queues",
            "Event queues dropped because their application did not poll.",
            value=meters.dropped_queues,
        )
        yield _histogram(
            "openucwa_delivery_latency_seconds",
            "Time from an event to its delivery, of the oldest event in each package.",
            meters.delivery_latency,
        )
        yield _histogram(
            "openucwa_wheel_lag_seconds",
            "How late the timers ran.",
            meters.wheel_lag,
        )
        for name, (meaning, read) in self._gauges.items():
            yield GaugeMetricFamily(name, meaning, value=read())


def _histogram(name: str, meaning: str, histogram: Histogram) -> HistogramMetricFamily:
    running, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), histogram.counts, strict=True):
        running += count
        buckets.append((bound, float(running)))
    return HistogramMetricFamily(name, meaning, buckets=buckets, sum_value=histogram.total)
