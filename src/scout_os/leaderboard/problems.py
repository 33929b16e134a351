"""Refusals of the leaderboard."""

from __future__ import annotations

from scout_os.core.problems import Problem, Unavailable

RETRY_SECONDS = 30


class TooManyStreams(Problem):
    """One learner, or one address without a token, has as many streams open as it may."""

    status = 429
    code = "too_many_streams"
    detail = "Too many streams are open. Please close another one first."
    retry_after = RETRY_SECONDS


class NoStreamLeft(Unavailable):
    """This process keeps as many streams open as it may."""

    code = "overloaded"
    detail = "No more streams can be opened at the moment. Please try again, or ask for the board itself."
    retry_after = RETRY_SECONDS
