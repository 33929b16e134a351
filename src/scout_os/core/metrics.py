"""Metrics for Prometheus."""

from __future__ import annotations

import os
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from scout_os.core.breaker import State

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"
"""A variable of the library. `serve` sets it for several workers, so that one scrape returns the sums of all."""
Mode = Literal["mostrecent", "livesum", "max"]
_STATES: dict[State, int] = {"closed": 0, "half_open": 1, "open": 2}


class Metrics:
    """Counters and gauges of one process. Dashboards and alerts depend on their names and labels."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.board_answers = self._counter("scout_board_answers", "Leaderboard answers, by engine.", "source")
        self.board_fallbacks = self._counter(
            "scout_board_fallbacks",
            "Leaderboard answers that Redis could not give, by reason: away, absent, behind, stranger.",
            "reason",
        )
        self.board_differences = self._gauge(
            "scout_board_differences", "Learners whose place in Redis differed at the last audit; should be 0."
        )
        self.requests_shed = self._counter("scout_requests_shed", "Requests refused unread because of overload.")
        self.rebuilds = self._counter(
            "scout_board_rebuilds", "Rebuilds by outcome: done, refused (lost, or a store was away).", "outcome"
        )
        self.outbox_rows = self._gauge("scout_board_outbox_rows", "Outbox rows that wait for the relay.")
        self.outbox_seconds = self._gauge("scout_board_outbox_oldest_seconds", "Age of the oldest outbox row.")
        self.streams_open = self._gauge("scout_streams_open", "Open leaderboard streams.", mode="livesum")
        self.stream_events = self._counter("scout_stream_events", "Events sent on streams.")
        self.streams_dropped = self._counter("scout_streams_dropped", "Streams cut because the client did not read.")
        self.review_flags = self._gauge(
            "scout_review_flags_open", "Flags of suspected cheating that wait for an operator's verdict."
        )
        self._breakers = self._gauge("scout_breaker_state", "0 closed, 1 half open, 2 open.", "part", mode="max")

    def breaker_changed(self, part: str, state: State) -> None:
        self._breakers.labels(part).set(_STATES[state])

    def render(self) -> bytes:
        """The text that Prometheus scrapes, for all workers."""
        if MULTIPROCESS_DIR not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library has no annotation
        return generate_latest(together)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(name, text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str, mode: Mode = "mostrecent") -> Gauge:
        """`mode`: how the values of several workers become one."""
        return Gauge(name, text, labels, registry=self._registry, multiprocess_mode=mode)
