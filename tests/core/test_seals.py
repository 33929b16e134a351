"""Seals of data and of times: only who has the key makes one, and a former key's are good for as long as its tokens."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

import pytest

from scout_os.core.edge import AnswerHeaders
from scout_os.core.seals import PURPOSE, TIME_SEAL, Seals, TimeSeals
from tests.clock import NOON, MovableClock
from tests.service import Service
from tests.users.serving import Api

OLD, NEW = b"an old key of the service, long enough", b"a new key of the service, long enough"


def times(key: bytes, clock: MovableClock, *others: bytes, until: datetime | None = None) -> TimeSeals:
    """The sealed times of a service with this key."""
    return TimeSeals(Seals(PURPOSE, key=key, clock=clock, other_keys=others, other_keys_until=until), clock)


def test_a_sealed_time_is_read_to_the_second() -> None:
    """It tells the time at which it was made, however much later it is read, and is the same for a whole second."""
    clock = MovableClock(NOON + timedelta(milliseconds=300))
    ours = times(NEW, clock)
    text = ours.text()
    clock.move(milliseconds=600)
    assert ours.text() == text
    clock.move(milliseconds=200)
    assert ours.text() != text
    clock.move(days=400)
    assert times(NEW, clock).read(text.decode()) == NOON


def test_nobody_else_seals_a_time() -> None:
    """Another key, another purpose, another time and any changed character are refused, as is what has no form at all."""
    clock = MovableClock()
    ours = times(NEW, clock)
    text = ours.text().decode()
    number, seal = text.split(".")
    other = TimeSeals(Seals(b"another purpose", key=NEW, clock=clock), clock)
    forged = [
        times(OLD, clock).text().decode(),
        other.text().decode(),
        f"{int(number) - 1}.{seal}",
        *(text[:place] + ("A" if sign != "A" else "B") + text[place + 1 :] for place, sign in enumerate(text)),
        *(text[:-1] + sign for sign in ascii_letters + digits + "-_" if sign != text[-1]),
        *(
            "",
            ".",
            number,
            f"{number}.",
            f"{number}.{seal[:-1]}",
            f"{text}=",
            f" {text}",
            f"+{text}",
            f"{'9' * 400}.{seal}",
            "١.x",
        ),
    ]
    assert [text for text in forged if ours.read(text) is not None] == []
    assert ours.read(text) == NOON


def test_a_former_keys_seals_end_with_its_tokens() -> None:
    """A key that was replaced vouches for the times that it sealed until the day that a setting names."""
    clock = MovableClock()
    text = times(OLD, clock).text().decode()
    day = NOON + timedelta(days=2)
    renewed = times(NEW, clock, OLD, until=day)
    assert renewed.read(text) == NOON
    assert times(NEW, clock).read(text) is None
    clock.set(day)
    assert renewed.read(text) is None


@pytest.mark.parametrize("path", ["/training/sections", "/users/me", "/nothing", "/leaderboard"])
async def test_every_answer_of_the_api_tells_the_sealed_time(api: Api, path: str) -> None:
    """Reads and refusals alike say what time it is by the service's clock, in whole seconds and sealed."""
    api.clock.set(NOON + timedelta(days=random.randrange(1000)))
    text = (await api.http.get(path)).headers[TIME_SEAL]
    assert api.services.time_seals.read(text) == api.clock.now()
    assert text.startswith(f"{int(api.clock.now().timestamp())}.")


def test_the_servers_own_answers_tell_the_present_time() -> None:
    """Refusals before any application, made in advance as they are, carry the seal of their second, also if time goes back."""
    clock = MovableClock()
    ours = times(NEW, clock)
    headers = AnswerHeaders(prefix="/api/", time_seal=ours.text)
    for seconds in (0, 0, 1, -1):
        clock.move(seconds=seconds)
        (line,) = (line for line in headers.of_server(()).split(b"\r\n") if line.startswith(b"time-seal: "))
        assert ours.read(line.partition(b": ")[2].decode()) == clock.now()


async def test_only_the_api_tells_it(service: Service) -> None:
    """A browser of another origin may read the header; probes get none."""
    async with service.client() as guest:
        assert TIME_SEAL not in (await guest.get(f"{service.url}/healthz")).headers
        sealed = service.services.time_seals.read((await guest.get("/training/sections")).headers[TIME_SEAL])
    assert sealed is not None
    assert abs(sealed - datetime.now(UTC)) < timedelta(minutes=1)
