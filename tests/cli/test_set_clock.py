"""`scout-os clock`, beside a running service: days pass at once for all its workers."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path

import pytest

from tests.cli.command import Command
from tests.learners import submit
from tests.service import Service, Truth, until


@pytest.fixture
def command(service: Service, tmp_path: Path) -> Command:
    """`scout-os clock`, on the stores of the running service."""
    return Command("clock", service.stores, tmp_path)


async def test_days_follow_the_clock(command: Command, service: Service, truth: Truth, learner: int) -> None:
    """A learner who is active on a day that was set and on the next has a streak of two; XP, tokens and hearts go on."""
    done = await command("set", "2027-03-01T23:30+07:00")
    assert (done.returncode, done.stderr) == (0, "")
    assert "it is 2027-03-01 16:30:0" in done.stdout
    assert service.stores.database_url.rsplit("/", 1)[1] in done.stdout
    assert str(command.data_dir) in done.stdout
    await until_clock_is(service, date(2027, 3, 1))
    async with service.client() as guest:
        body = {"name": "Budi", "username": "budi", "password": "pramuka sejati"}
        made = (await guest.post("/auth/register", json=body)).json()["data"]
        guest.headers["Authorization"] = f"Bearer {made['access_token']}"
        assert (await submit(guest))["streak"] == 1
        assert (await command("advance", "1h")).returncode == 0
        await until_clock_is(service, date(2027, 3, 1), hour=17)
        assert (await submit(guest))["streak"] == 2
        assert (await guest.get("/users/me/activity")).json()["data"] == {
            "month": "2027-03",
            "today": "2027-03-02",
            "days": ["2027-03-01", "2027-03-02"],
        }
        assert (await command("advance", "6d22h")).returncode == 0
        await until_clock_is(service, date(2027, 3, 8), hour=15)
        assert (await guest.get("/users/me")).json()["data"]["streak"] == 0
        assert (await command("advance", "1d1h")).returncode == 0
        await until_clock_is(service, date(2027, 3, 9), hour=16)
        assert (await guest.get("/users/me")).status_code == 401, "the token's seven days are over"
    assert await truth.fetchval("SELECT max(earned_at)::date FROM xp_ledger") == date(2027, 3, 1)
    back = await command("reset")
    assert back.returncode == 0
    assert "equal to the system's time" in back.stdout


async def test_production_refuses(command: Command, service: Service) -> None:
    """In production the clock is fixed: exit 1, one line, and nothing is changed."""
    refused = await InProduction(**vars(command))("advance", "1d")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "cannot be set in production" in refused.stderr
    assert "equal to" in (await command("show")).stdout


@pytest.mark.parametrize(
    "arguments",
    [("set", "tomorrow"), ("set", "2027-03-01T23:30"), ("advance", "soon"), ("advance", "5"), ("advance",), ("wind",)],
)
async def test_wrong_usage_is_exit_2(command: Command, arguments: tuple[str, ...]) -> None:
    """A time without an offset, and what is no time or duration, is wrong usage."""
    assert (await command(*arguments)).returncode == 2


async def test_another_century_is_exit_1(command: Command) -> None:
    """A time out of bounds is refused in one line."""
    refused = await command("advance", "999999d")
    assert refused.returncode == 1
    assert refused.stderr.startswith("scout-os: The clock can be set")


class InProduction(Command):
    """The same command where the settings say production."""

    @property
    def environment(self) -> dict[str, str]:
        return {**super().environment, "SCOUT_ENV": "production", "SCOUT_SECRET_KEY": secrets.token_urlsafe(48)}


async def until_clock_is(service: Service, day: date, hour: int | None = None) -> None:
    """Until the service has heard that it is this day, and hour, in UTC."""

    async def is_then() -> bool:
        now = service.services.clock.now()
        return now.date() == day and hour in (None, now.hour)

    await until(is_then, seconds=3)
