"""Corrections over HTTP, for admins."""

from __future__ import annotations

from uuid import uuid4

from fastapi import Response

from scout_os.core.http import REPLAYED, Envelope, UserId, envelope
from scout_os.dependencies import AdminIdentity, OpenServices
from scout_os.moderation.models import Actor, Order, Place
from scout_os.moderation.schemas import (
    Corrected,
    CorrectionBody,
    Deleted,
    NewPasswordData,
    PasswordCode,
    ReasonBody,
    SuspensionState,
)
from scout_os.routing import api_router

router = api_router("/admin/users/{user_id}", tags=["admin"])


@router.post("/corrections")
async def correct(
    services: OpenServices, admin: AdminIdentity, user_id: UserId, body: CorrectionBody, response: Response
) -> Envelope[Corrected]:
    """Correct a learner's XP. A `correction_id` that was applied already gets its first result again."""
    order = Order(body.correction_id or uuid4(), user_id, body.amount, body.reason, Actor(admin.user_id))
    place = await services.moderation.correct(order)
    data = Corrected(
        user_id=user_id,
        amount=order.amount,
        total_xp=place.total_xp,
        board_era=place.board_era,
        correction_id=order.correction_id,
    )
    if place.change is None:
        response.headers[REPLAYED] = "true"
        return envelope(data, "Koreksi sudah diterapkan sebelumnya")
    return envelope(data, "XP dikoreksi")


@router.put("/suspension")
async def suspend(
    services: OpenServices, admin: AdminIdentity, user_id: UserId, body: ReasonBody
) -> Envelope[SuspensionState]:
    """Take a learner off the board. They can still log in and learn."""
    place = await services.moderation.suspend(user_id, actor=Actor(admin.user_id), reason=body.reason)
    return envelope(_suspension(place, suspended=True), "Peserta ditangguhkan")


@router.delete("/suspension")
async def restore(
    services: OpenServices, admin: AdminIdentity, user_id: UserId, body: ReasonBody
) -> Envelope[SuspensionState]:
    """Bring a learner back onto the board with all XP, that earned meanwhile too."""
    place = await services.moderation.restore(user_id, actor=Actor(admin.user_id), reason=body.reason)
    return envelope(_suspension(place, suspended=False), "Peserta dipulihkan")


@router.post("/password")
async def reset_password(services: OpenServices, admin: AdminIdentity, user_id: UserId) -> Envelope[NewPasswordData]:
    """Give a learner a random password, and end the learner's sessions."""
    password = await services.accounts.reset_password(user_id, actor=Actor(admin.user_id))
    return envelope(NewPasswordData(user_id=user_id, password=password), "Password baru dibuat")


@router.post("/password-code", status_code=201)
async def issue_password_code(services: OpenServices, admin: AdminIdentity, user_id: UserId) -> Envelope[PasswordCode]:
    """A one-time code, good for a day, with which a learner chooses a new password. An earlier code is void."""
    issued = await services.accounts.issue_code(user_id, actor=Actor(admin.user_id))
    return envelope(PasswordCode(user_id=user_id, code=issued.code, expires_at=issued.expires_at), "Kode dibuat")


@router.delete("")
async def delete(
    services: OpenServices, admin: AdminIdentity, user_id: UserId, body: ReasonBody | None = None
) -> Envelope[Deleted]:
    """Delete a learner's personal data for good. The id and its XP ledger stay, without a name."""
    place = await services.moderation.delete(user_id, actor=Actor(admin.user_id), reason=body.reason if body else None)
    return envelope(Deleted(user_id=user_id, board_era=place.board_era), "Akun dihapus")


def _suspension(place: Place, *, suspended: bool) -> SuspensionState:
    return SuspensionState(
        user_id=place.user_id, is_suspended=suspended, total_xp=place.total_xp, board_era=place.board_era
    )
