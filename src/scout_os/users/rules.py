"""Pure rules of days, streaks, hearts and usernames."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

from scout_os.core.spelling import IGNORABLE

MAX_HEARTS = 5
USERNAME_MIN = 3
USERNAME_MAX = 254
"""The maximum length of an e-mail address, because a username may be one."""
ZONE_MAX = 64
FARTHEST_EAST = timezone(timedelta(hours=14))
"""The first time zone in which a day begins."""
_INVISIBLE = re.compile(f"[{IGNORABLE}]")
_USERNAME = re.compile(r"[a-z0-9._+@-]*")


def begun_anywhere(now: datetime) -> date:
    """The latest date that it is anywhere on Earth at the aware instant `now`."""
    return now.astimezone(FARTHEST_EAST).date()


def shown_streak(streak: int, last_active_date: date | None, today: date) -> int:
    """The streak as shown today: 0 once a whole day has passed without activity."""
    if last_active_date is None or today.toordinal() - last_active_date.toordinal() > 1:
        return 0
    return streak


def borne_streak(activity_days: Iterable[date], last_active_date: date | None) -> int:
    """The longest streak that the activity supports: consecutive `activity_days` up to `last_active_date`."""
    if last_active_date is None:
        return 0
    days = {day.toordinal() for day in activity_days}
    end = last_active_date.toordinal()
    length = 0
    while end - length in days:
        length += 1
    return length


def last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def hearts_now(hearts: int, hearts_date: date | None, today: date) -> int:
    """The hearts left today; all of them on a day after the last loss."""
    return MAX_HEARTS if hearts_date is None or hearts_date < today else hearts


def normal_username(text: str) -> str:
    """The one spelling of a username: NFKC, trimmed, lower case, without the invisible characters of a pasted one."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).strip().lower()


def new_username(text: str) -> str:
    """`text` as a username to register; raises `ValueError` for letters that allow look-alikes."""
    username = normal_username(text)
    if not _USERNAME.fullmatch(username):
        raise ValueError("hanya boleh berisi a-z 0-9 . _ + - @ (may only hold these)")
    return username
