"""What decides about days, streaks, hearts and usernames."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout_os.users.rules import (
    MAX_HEARTS,
    begun_anywhere,
    borne_streak,
    hearts_now,
    new_username,
    normal_username,
    shown_streak,
)

DAY = timedelta(days=1)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(st.integers(0, 10_000), days, st.integers(-3, 400))
def test_streak_shows_until_a_whole_day_has_gone_by(streak: int, last: date, later: int) -> None:
    """A streak reads as stored on its last day and the next one, and 0 from then on."""
    shown = shown_streak(streak, last, last + later * DAY)
    assert shown == (streak if later <= 1 else 0)


def test_streak_without_a_day_shows_nothing() -> None:
    """A streak that no day belongs to reads 0."""
    assert shown_streak(4, None, date(2026, 3, 10)) == 0


@given(days, st.integers(1, 60), st.sets(days, max_size=20))
def test_run_is_borne_to_its_length(end: date, length: int, others: set[date]) -> None:
    """A run of n days bears n, whatever other days lie before a gap or after its end."""
    run = {end - step * DAY for step in range(length)}
    gap = end - length * DAY
    assert borne_streak(run | (others - {gap}), end) == length


@given(st.sets(days, max_size=30), days)
def test_borne_streak_is_the_longest_run_that_all_of_its_days_prove(active: set[date], end: date) -> None:
    """Every day of the run is there, and the day before it is not."""
    length = borne_streak(active, end)
    assert all(end - step * DAY in active for step in range(length))
    assert end - length * DAY not in active


@given(st.sets(days, min_size=1, max_size=30), days, st.integers(1, 40))
def test_newest_days_are_enough_to_refuse_or_bear_a_streak(active: set[date], end: date, streak: int) -> None:
    """Reading only the last `streak` days decides as reading all of them does."""
    newest = sorted((day for day in active if day <= end), reverse=True)[:streak]
    assert (streak <= borne_streak(newest, end)) == (streak <= borne_streak(active, end))


def test_no_day_bears_nothing() -> None:
    """Without a last day there is no run, and the first day of the calendar is no trap."""
    assert borne_streak([date(2026, 3, 10)], None) == 0
    assert borne_streak([date.min], date.min) == 1


@given(st.integers(0, MAX_HEARTS), days, st.integers(-2, 30))
def test_hearts_are_back_on_a_later_day(hearts: int, lost_on: date, later: int) -> None:
    """Hearts stay lost through the day of the loss and are all back on any later one."""
    assert hearts_now(hearts, lost_on, lost_on + later * DAY) == (MAX_HEARTS if later > 0 else hearts)


@pytest.mark.parametrize(("hour", "day"), [(9, date(2026, 3, 10)), (10, date(2026, 3, 11)), (23, date(2026, 3, 11))])
def test_a_day_begins_first_in_the_farthest_east(hour: int, day: date) -> None:
    """At 10:00 UTC it is the next day on the first islands that see it, and so somewhere on Earth."""
    assert begun_anywhere(datetime(2026, 3, 10, hour, tzinfo=UTC)) == day


@pytest.mark.parametrize(
    ("typed", "username"),
    [
        (" Budi ", "budi"),
        ("BUDI@Example.ID", "budi@example.id"),
        ("ｂｕｄｉ", "budi"),
        ("\u212aadek", "kadek"),
        *(
            (f" {sign}bu{sign}di {sign} ", "budi")
            for sign in "\u200b\u200e\u200d\u2060\ufeff\u00ad\u202a\ufe0f\u3164\U000e0041"
        ),
    ],
)
def test_one_spelling_for_a_username(typed: str, username: str) -> None:
    """Case, blanks, compatibility letters and what nobody sees do not make another user."""
    assert normal_username(typed) == new_username(typed) == username


@pytest.mark.parametrize("typed", ["bu di", "buді", "bu\x00di", "budi\ud800", "İbudi", "budi!"])
def test_lookalikes_are_refused(typed: str) -> None:
    """Letters outside the short list could imitate someone, and are refused."""
    with pytest.raises(ValueError):
        new_username(typed)
