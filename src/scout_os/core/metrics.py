"""What operators watch: the process's figures in Prometheus' form."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from scout_os.core.breaker import State

MULTIPROCESS_DIR = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable; `serve` sets it when there are several workers, so that one scrape sums them all."""
_STATES: dict[State, int] = {"closed": 0, "half_open": 1, "open": 2}


class Metrics:
    """Counters and gauges of one process. Names and labels are what dashboards and alerts are built on."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.board_answers = Counter(
            "scout_board_answers", "Leaderboard answers by engine.", ["source"], registry=self._registry
        )
        self.board_fallbacks = Counter(
            "scout_board_fallbacks",
            "Leaderboard answers that Redis could not give, by reason: away, absent, behind, stale, stranger.",
            ["reason"],
            registry=self._registry,
        )
        self.board_differences = self._gauge(
            "scout_board_differences", "Learners whose place differed at the last audit; 0."
        )
        self.requests_shed = Counter(
            "scout_requests_shed",
            "Requests refused unread because there was more to do than time.",
            registry=self._registry,
        )
        self.rebuilds = Counter(
            "scout_board_rebuilds",
            "Rebuilds by outcome: done, refused (lost, or a store was away).",
            ["outcome"],
            registry=self._registry,
        )
        self.outbox_rows = self._gauge("scout_board_outbox_rows", "Outbox rows that wait for the drain.")
        self.outbox_seconds = self._gauge("scout_board_outbox_oldest_seconds", "Age of the oldest of them.")
        self.streams_open = Gauge(
            "scout_streams_open", "Open streams of the board.", registry=self._registry, multiprocess_mode="livesum"
        )
        self.stream_events = Counter("scout_stream_events", "Events sent on them.", registry=self._registry)
        self.streams_dropped = Counter(
            "scout_streams_dropped", "Streams cut because their readers did not read.", registry=self._registry
        )
        self.review_flags = self._gauge(
            "scout_review_flags_open", "Learners' doings that look like cheating and wait for an operator's judgement."
        )
        self._breakers = Gauge(
            "scout_breaker_state",
            "0 closed, 1 half open, 2 open.",
            ["part"],
            registry=self._registry,
            multiprocess_mode="max",
        )

    def breaker_changed(self, part: str, state: State) -> None:
        """Show a breaker's new state."""
        self._breakers.labels(part).set(_STATES[state])

    def render(self) -> bytes:
        """The text that Prometheus scrapes; of all workers, if there are several."""
        if MULTIPROCESS_DIR not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call] # the library has not annotated it
        return generate_latest(together)

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(name, text, registry=self._registry, multiprocess_mode="mostrecent")
