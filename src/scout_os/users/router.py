"""The HTTP face of users."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Query

from scout_os.core.http import Envelope, UserId, envelope
from scout_os.core.problems import Forbidden
from scout_os.dependencies import CurrentIdentity, OpenServices
from scout_os.routing import api_router
from scout_os.users.names import scout_name
from scout_os.users.schemas import Activity, Hearts, LossBody, Me, ProfileBody, PublicUser, StatsBody

router = api_router(
    "/users", tags=["users"], responses={401: {"description": "No valid access token of an active user."}}
)
MONTH = "^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])$"


async def _own_id(user_id: UserId, identity: CurrentIdentity) -> int:
    if user_id != identity.user_id:
        raise Forbidden("Hearts are shown to their owner only.")
    return user_id


OwnId = Annotated[int, Depends(_own_id)]
_OTHERS_REFUSED: dict[int | str, dict[str, Any]] = {403: {"description": "The id is another user's."}}


@router.get("/me")
async def get_me(services: OpenServices, identity: CurrentIdentity) -> Envelope[Me]:
    """The caller's profile, from PostgreSQL alone."""
    return envelope(Me.model_validate(await services.users.get_me(identity.user_id)), "Profil dimuat")


@router.get("/me/activity")
async def get_activity(
    services: OpenServices,
    identity: CurrentIdentity,
    month: Annotated[str | None, Query(pattern=MONTH, description="`YYYY-MM`; default: the current one.")] = None,
) -> Envelope[Activity]:
    """The days of one month on which the caller was active, as streaks count them."""
    activity = await services.users.get_activity(
        identity.user_id, None if month is None else date.fromisoformat(f"{month}-01")
    )
    return envelope(Activity.of(activity), "Hari aktif")


@router.patch("/me/profile")
async def patch_profile(services: OpenServices, identity: CurrentIdentity, body: ProfileBody) -> Envelope[Me]:
    """Change the name that others see, or the time zone in which one's days are counted."""
    user = await services.users.change_profile(identity.user_id, full_name=body.full_name, timezone=body.timezone)
    return envelope(Me.model_validate(user), "Profil diperbarui")


@router.put("/me/scout-name")
async def put_scout_name(services: OpenServices, identity: CurrentIdentity) -> Envelope[Me]:
    """Be known by a name that is made here and says nothing about the learner."""
    user = await services.users.change_profile(identity.user_id, full_name=scout_name())
    return envelope(Me.model_validate(user), "Nama pramuka dipakai")


@router.put("/me/stats")
async def put_stats(services: OpenServices, identity: CurrentIdentity, body: StatsBody) -> Envelope[Me]:
    """For old clients: the streak and its last day, as far as recorded activity bears them. Never XP."""
    if body.says_nothing:
        return envelope(Me.model_validate(await services.users.get_me(identity.user_id)), "Tidak ada yang berubah")
    user = await services.users.put_streak(identity.user_id, body.streak, body.last_day)
    return envelope(Me.model_validate(user), "Statistik diperbarui")


@router.get("/{user_id}/public", responses={404: {"description": "No active user has this id."}})
async def get_public(services: OpenServices, _: CurrentIdentity, user_id: UserId) -> Envelope[PublicUser]:
    """What any learner may see of another."""
    return envelope(PublicUser.model_validate(await services.users.get_public(user_id)), "Profil dimuat")


@router.get("/{user_id}/hearts", responses=_OTHERS_REFUSED)
async def get_hearts(services: OpenServices, user_id: OwnId) -> Envelope[Hearts]:
    """The caller's hearts today."""
    return envelope(Hearts(hearts=await services.users.get_hearts(user_id)), "Nyawa dimuat")


@router.post("/{user_id}/hearts/decrement", responses=_OTHERS_REFUSED)
async def lose_hearts(services: OpenServices, user_id: OwnId, body: LossBody) -> Envelope[Hearts]:
    """Take hearts; all are back on the learner's next local day."""
    return envelope(Hearts(hearts=await services.users.lose_hearts(user_id, body.amount)), "Nyawa berkurang")
