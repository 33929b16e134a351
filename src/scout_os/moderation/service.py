"""Moderation's use cases, for admins over HTTP and operators at the command line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from scout_os.core.bulkhead import Bulkhead
from scout_os.core.postgres import Connection
from scout_os.moderation.models import MAX_CORRECTED_XP, Actor, Order, Place
from scout_os.moderation.problems import CorrectionIdReused, OwnAccount, XpOutOfRange
from scout_os.moderation.repository import ModerationRepository
from scout_os.training.models import BoardUpdates
from scout_os.users.avatars import AvatarService
from scout_os.users.problems import UnknownUser
from scout_os.users.rules import normal_username

log = structlog.get_logger(__name__)


class ModerationService:
    """Changes learners in PostgreSQL, then tells the board; the outbox relay brings what the board misses.

    All methods are safe to repeat. They raise `UnknownUser`, and `Unavailable`, after which the outcome is unknown.
    Changes are logged as warnings, so that they stay visible at a higher log level.
    `learners_admission` serves what learners do to themselves, so that they do not delay admins.
    """

    def __init__(
        self,
        *,
        repository: ModerationRepository,
        board: BoardUpdates,
        avatars: AvatarService,
        admission: Bulkhead,
        learners_admission: Bulkhead,
    ) -> None:
        self._repository = repository
        self._board = board
        self._avatars = avatars
        self._admission = admission
        self._learners_admission = learners_admission

    async def get_id(self, username: str) -> int:
        """The id for a username in any spelling."""
        return await self._repository.get_id(normal_username(username))

    async def correct(self, order: Order) -> Place:
        """Add the order's amount to an active learner's XP, once; raises `XpOutOfRange`, `CorrectionIdReused`.

        A repeated order returns the total that it left the first time, with the present era.
        """
        async with self._transaction(self._admission) as connection:
            place = await self._book(connection, order)
        # The ledger records the reason.
        return await self._announced(
            place, "xp_corrected", order.actor, amount=order.amount, correction_id=str(order.correction_id)
        )

    async def suspend(self, user_id: int, *, actor: Actor, reason: str) -> Place:
        _not_oneself(user_id, actor)
        place = await self._set_suspended(user_id, suspended=True)
        return await self._announced(place, "learner_suspended", actor, reason=reason)

    async def restore(self, user_id: int, *, actor: Actor, reason: str) -> Place:
        place = await self._set_suspended(user_id, suspended=False)
        return await self._announced(place, "learner_restored", actor, reason=reason)

    async def disable(self, user_id: int, *, actor: Actor, reason: str) -> Place:
        """Disable an account: off the board, tokens refused within 5 s. XP and progress are kept."""
        _not_oneself(user_id, actor)
        place = await self._set_active(user_id, active=False)
        return await self._announced(place, "account_disabled", actor, reason=reason)

    async def enable(self, user_id: int, *, actor: Actor, reason: str) -> Place:
        """Enable a disabled account; a deleted one is gone for good."""
        place = await self._set_active(user_id, active=True)
        return await self._announced(place, "account_enabled", actor, reason=reason)

    async def delete(self, user_id: int, *, actor: Actor, reason: str | None) -> Place:
        """Delete somebody else's personal data for good, even of a disabled account. Tokens are refused within 5 s."""
        _not_oneself(user_id, actor)
        return await self.erase(user_id, actor=actor, reason=reason)

    async def erase(self, user_id: int, *, actor: Actor, reason: str | None = None) -> Place:
        """The same, but also for the actor's own account."""
        admission = self._learners_admission if actor.user_id == user_id else self._admission
        async with self._transaction(admission) as connection:
            learner = await self._repository.lock_any(connection, user_id)
            place = learner.unchanged() if learner.is_tombstone else await self._repository.erase(connection, user_id)
        await self._announced(place, "learner_deleted", actor, reason=reason)
        await self._avatars.forget(user_id, learner.account_key)
        return place

    async def set_hidden(self, user_id: int, *, hidden: bool) -> Place:
        """Take an active learner off the board at their own wish, or bring them back. Not logged, because it is private."""
        async with self._transaction(self._learners_admission) as connection:
            learner = await self._repository.lock_active(connection, user_id)
            if learner.is_hidden == hidden:
                return learner.unchanged()
            place = await self._repository.set_hidden(connection, user_id, hidden=hidden)
        if place.change is not None:
            await self._board.update_scores([place.change])
        return place

    async def _book(self, connection: Connection, order: Order) -> Place:
        learner = await self._repository.lock_active(connection, order.user_id)
        booked = await self._repository.find_booked(connection, order)
        if booked is not None:
            if (booked.amount, booked.reason) != (order.amount, order.reason):
                raise CorrectionIdReused
            return replace(learner.unchanged(), total_xp=booked.total_xp)
        if not 0 <= learner.total_xp + order.amount <= MAX_CORRECTED_XP:
            raise XpOutOfRange(learner.total_xp)
        return await self._repository.book(connection, order)

    async def _set_suspended(self, user_id: int, *, suspended: bool) -> Place:
        async with self._transaction(self._admission) as connection:
            learner = await self._repository.lock_active(connection, user_id)
            if learner.is_suspended == suspended:
                return learner.unchanged()
            return await self._repository.set_suspended(connection, user_id, suspended=suspended)

    async def _set_active(self, user_id: int, *, active: bool) -> Place:
        async with self._transaction(self._admission) as connection:
            learner = await self._repository.lock_any(connection, user_id)
            if learner.is_tombstone:
                raise UnknownUser
            if learner.is_active == active:
                return learner.unchanged()
            return await self._repository.set_active(connection, user_id, active=active)

    @asynccontextmanager
    async def _transaction(self, admission: Bulkhead) -> AsyncIterator[Connection]:
        async with admission.enter(), self._repository.transaction() as connection:
            yield connection

    async def _announced(self, place: Place, event: str, actor: Actor, **details: object) -> Place:
        """After the commit, never before: log the change, if there was one, and tell the board."""
        if place.change is not None:
            log.warning(event, user_id=place.user_id, actor=str(actor), **details)
            await self._board.update_scores([place.change])
        return place


def _not_oneself(user_id: int, actor: Actor) -> None:
    if actor.user_id == user_id:
        raise OwnAccount
