"""One's own data over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from fastapi import Response

from scout_os.core.http import Envelope, envelope
from scout_os.dependencies import CurrentIdentity, OpenServices
from scout_os.privacy.schemas import EraseBody, Export, ReceiptOut, Visibility, VisibilityBody, export_json
from scout_os.routing import api_router

router = api_router("/me", tags=["privacy"])

ERASED = ["name", "username", "password", "profile", "progress", "days", "attempts", "kept answers", "reviews", "board"]
KEPT = ["xp ledger, under a number without a name"]


@router.get("/board-visibility")
async def get_visibility(services: OpenServices, learner: CurrentIdentity) -> Envelope[Visibility]:
    """Whether others see the caller on the board."""
    return envelope(Visibility(visible=await services.privacy.is_visible(learner.user_id)), "Papan peringkat")


@router.put("/board-visibility")
async def put_visibility(
    services: OpenServices, learner: CurrentIdentity, body: VisibilityBody
) -> Envelope[Visibility]:
    """Hide from the board or come back. XP goes on; others' ranks close the gap at once."""
    await services.privacy.set_visible(learner.user_id, visible=body.visible)
    return envelope(Visibility(visible=body.visible), "Papan peringkat")


@router.get("/export", response_model=Envelope[Export])
async def export(services: OpenServices, learner: CurrentIdentity) -> Response:
    """All that is held about the caller."""
    body = export_json(*await services.privacy.export(learner.user_id), "Datamu")
    as_file = {"Content-Disposition": 'attachment; filename="scout-os-export.json"'}
    return Response(body, media_type="application/json", headers=as_file)


@router.delete("", responses={403: {"description": "The password is wrong, or the token too old to do without one."}})
async def erase(
    services: OpenServices, learner: CurrentIdentity, body: EraseBody | None = None
) -> Envelope[ReceiptOut]:
    """Erase the caller's account for good. The answer is a receipt; keep it, there is no other."""
    await services.privacy.erase(learner.token, body.password if body else None)
    now = datetime.now(UTC)
    receipt = ReceiptOut(receipt_id=uuid4(), user_id=learner.user_id, erased_at=now, erased=ERASED, kept=KEPT)
    return envelope(receipt, "Akun dihapus")
