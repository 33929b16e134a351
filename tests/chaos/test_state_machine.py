"""Any sequence of what learners, admins, Redis and the drain may do, against a plain model of what must come of it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chaos.check.truth import check_always
from chaos.target.stage import staged
from scout_os.core.store_urls import StoreUrls
from tests.chaos.world import Player, World
from tests.contract.packs import Lesson, read_lessons
from tests.service import attempt

EXAMPLES = int(os.environ.get("FAULTS_EXAMPLES", "15"))
STEPS = int(os.environ.get("FAULTS_STEPS", "20"))
PHASES = [Phase.generate, Phase.shrink] if "FAULTS_SHRINK" in os.environ else [Phase.generate]
"""Shrinking on real servers takes minutes; the printed blob plays the failing example again."""
LEVELS = 12
"""Of the pack's first levels: few, so that collisions are common."""
PATIENCE_SECONDS = 1.5
"""PostgreSQL's answers may be a second old in what concerns others."""

who = st.integers(0, 9)
which = st.integers(0, LEVELS - 1)
T = TypeVar("T")


class Machine(RuleBasedStateMachine):
    """The service, with the model beside it."""

    def __init__(self, runner: asyncio.Runner, world: World, lessons: list[Lesson]) -> None:
        super().__init__()
        self.runner = runner
        self.world = world
        self.lessons = lessons
        self.players: list[Player] = []
        self.lagging = False
        """Redis may be behind until the next drain: it went back in time, or was down when something changed."""
        self.down = False

    @initialize()
    def begin(self) -> None:
        self.run(self.world.begin())
        self.players = [self.run(self.world.register()) for _ in range(2)]

    @precondition(lambda self: len(self.players) < 6)
    @rule()
    def register(self) -> None:
        self.players.append(self.run(self.world.register()))

    @rule(who=who, level=which, passes=st.booleans())
    def submit(self, who: int, level: int, passes: bool) -> None:
        player, lesson = self._player(who), self.lessons[level]
        self._judge(player, lesson, passes, self.run(self.world.submit(player, attempt(lesson.id, 5 if passes else 0))))

    @rule(who=who, level=which, key=st.sampled_from("abc"))
    def submit_under_a_key(self, who: int, level: int, key: str) -> None:
        player, body = self._player(who), attempt(self.lessons[level].id, 5)
        response = self.run(self.world.submit(player, body, key))
        known = player.answers.get(key)
        if known is None or player.deleted:
            self._judge(player, self.lessons[level], True, response)
            if response.status_code == 200:
                player.answers[key] = (body, response.content)
        elif known[0] == body:
            assert (response.status_code, response.content) == (200, known[1])
        else:
            assert response.status_code == 422

    @rule(who=who, level=which)
    def submit_on_two_devices(self, who: int, level: int) -> None:
        player, lesson = self._player(who), self.lessons[level]

        async def both() -> list[httpx.Response]:
            return await asyncio.gather(*(self.world.submit(player, attempt(lesson.id, 5)) for _ in range(2)))

        for response in sorted(self.run(both()), key=lambda answer: answer.json().get("xp_earned", 0), reverse=True):
            self._judge(player, lesson, True, response)

    @rule(who=who, amount=st.integers(-60, 60).filter(bool))
    def correct(self, who: int, amount: int) -> None:
        player = self._player(who)
        response = self.run(self.world.admin.correct(player.id, amount, correction_id=str(uuid4())))
        possible = not player.deleted and player.xp + amount >= 0
        assert (response.status_code == 200) == possible, response.text
        if possible:
            player.xp += amount
            self.lagging |= self.down

    @rule(who=who, back=st.booleans())
    def suspend_or_restore(self, who: int, back: bool) -> None:
        player = self._player(who)
        admin = self.world.admin
        response = self.run(admin.restore(player.id) if back else admin.suspend(player.id))
        assert response.status_code == (404 if player.deleted else 200)
        if not player.deleted:
            self.lagging |= self.down and player.suspended != (not back)
            player.suspended = not back

    @precondition(lambda self: sum(not player.deleted for player in self.players) > 1)
    @rule(who=who)
    def delete(self, who: int) -> None:
        player = self._player(who)
        response = self.run(self.world.admin.delete(player.id))
        assert response.status_code == 200, response.text
        self.lagging |= self.down and not player.deleted
        player.deleted = True

    @rule()
    def flush(self) -> None:
        self.run(self.world.redis.flushall())

    @rule(key=st.sampled_from(["leaderboard:training", "{leaderboard:training}:meta", "{leaderboard:training}:era"]))
    def lose_a_key(self, key: str) -> None:
        self.run(self.world.redis.delete(key))

    @rule()
    def remember_redis(self) -> None:
        self.world.dumps = self.world.stage.dump_board()

    @precondition(lambda self: self.world.dumps)
    @rule()
    def take_redis_back_in_time(self) -> None:
        self.world.stage.restore_board(self.world.dumps)
        self.lagging = True

    @rule(down=st.booleans())
    def cut_or_join_redis(self, down: bool) -> None:
        self.down = down
        self.world.stage.redis.toxics.state = "down" if down else "open"
        if down:
            self.world.stage.redis.reset_all()

    @rule()
    def rebuild(self) -> None:
        answer = self.run(self.world.admin.http.post("/leaderboard/rebuild"))
        assert answer.status_code == 200 or (self.down and answer.status_code == 503), answer.text
        self.lagging &= answer.status_code != 200

    @rule()
    def drain(self) -> None:
        self.lagging &= not self.run(self.world.step())

    @precondition(lambda self: not self.down)
    @rule()
    def rest(self) -> None:
        assert self.run(self.world.quiesce()) == []
        self.lagging = False

    @invariant()
    def truth_is_the_model(self) -> None:
        assert self.run(check_always(self.world.owner)) == []
        ids = [player.id for player in self.players]
        rows = self.run(self.world.owner.fetch("SELECT id, total_xp FROM users WHERE id = ANY ($1)", ids))
        assert {row["id"]: row["total_xp"] for row in rows} == {player.id: player.xp for player in self.players}

    @invariant()
    def everybody_sees_the_board(self) -> None:
        """Complete, in order, with nobody who must not be on it; one's own XP is there at once."""
        asker = next((player for player in reversed(self.players) if not player.deleted), None)
        if asker is None or self.lagging:
            return
        shown = sorted(
            (
                (player.id, player.xp)
                for player in self.players
                if player.xp and not (player.deleted or player.suspended)
            ),
            key=lambda place: (place[1], str(place[0])),
            reverse=True,
        )
        mine = dict(shown).get(asker.id)
        expected = shown, (0, 0) if mine is None else (1 + sum(xp > mine for _, xp in shown), mine)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while (seen := self.run(self.world.page(asker))) != expected:
            assert time.monotonic() < deadline, f"{seen} is not {expected}"
            time.sleep(0.05)

    def teardown(self) -> None:
        if self.players:
            assert self.run(self.world.quiesce()) == []
            self.lagging = self.down = False
            self.everybody_sees_the_board()

    def run(self, work: Awaitable[T]) -> T:
        """In the one event loop that all connections belong to."""

        async def wait() -> T:
            return await work

        return self.runner.run(wait())

    def _player(self, number: int) -> Player:
        return self.players[number % len(self.players)]

    def _judge(self, player: Player, lesson: Lesson, passes: bool, response: httpx.Response) -> None:
        """Hold an answer against the model, and take the model on."""
        before = next((other.id for other in self.lessons if other.opens == lesson.id), None)
        if player.deleted:
            assert response.status_code == 401
        elif before is not None and before not in player.done and lesson.id not in player.done:
            assert response.status_code == 409, response.text
        else:
            assert response.status_code == 200, response.text
            paid = lesson.xp_reward if passes and lesson.id not in player.done else 0
            player.xp += paid
            if passes:
                player.done.add(lesson.id)
            answer = response.json()
            assert (answer["xp_earned"], answer["total_xp"]) == (paid, player.xp)
            self.lagging |= self.down and paid > 0


def test_any_sequence_of_events_ends_as_the_model_says(
    packed_stores: StoreUrls, tmp_path: Path, pack_dir: Path
) -> None:
    """Learners, admins, a Redis that is flushed, cut off or taken back, and drains at any time, against the model."""
    lessons = read_lessons(pack_dir)[:LEVELS]
    with asyncio.Runner() as runner, staged(packed_stores) as stage:
        world = World(stage, tmp_path)
        runner.run(world.open())
        try:
            run_state_machine_as_test(
                lambda: Machine(runner, world, lessons),  # type: ignore[arg-type] # a factory will do
                settings=settings(
                    max_examples=EXAMPLES,
                    stateful_step_count=STEPS,
                    deadline=None,
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                    phases=PHASES,
                    database=None,
                ),
            )
        finally:
            runner.run(world.stack.aclose())
