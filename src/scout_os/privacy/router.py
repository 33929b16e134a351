"""One's own data over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from scout_os.core.http import Envelope, envelope, provided
from scout_os.core.identity import CurrentIdentity
from scout_os.privacy.schemas import EraseBody, Export, ReceiptOut, Visibility, VisibilityBody, export_json
from scout_os.privacy.service import PrivacyService

router = APIRouter(prefix="/me", tags=["privacy"])
Service = Annotated[PrivacyService, Depends(provided(PrivacyService))]

ERASED = ["name", "username", "password", "profile", "progress", "days", "attempts", "kept answers", "reviews", "board"]
KEPT = ["xp ledger, under a number without a name"]


@router.get("/board-visibility")
async def get_visibility(service: Service, learner: CurrentIdentity) -> Envelope[Visibility]:
    """Whether others see the caller on the board."""
    return envelope(Visibility(visible=await service.is_visible(learner.user_id)), "Papan peringkat")


@router.put("/board-visibility")
async def put_visibility(service: Service, learner: CurrentIdentity, body: VisibilityBody) -> Envelope[Visibility]:
    """Hide from the board or come back. XP goes on; others' ranks close the gap at once."""
    await service.set_visible(learner.user_id, visible=body.visible)
    return envelope(Visibility(visible=body.visible), "Papan peringkat")


@router.get("/export", response_model=Envelope[Export])
async def export(service: Service, learner: CurrentIdentity) -> Response:
    """All that is held about the caller."""
    body = export_json(await service.export(learner.user_id), "Datamu")
    as_file = {"Content-Disposition": 'attachment; filename="scout-os-export.json"'}
    return Response(body, media_type="application/json", headers=as_file)


@router.delete("", responses={403: {"description": "The password is wrong, or the token too old to do without one."}})
async def erase(service: Service, learner: CurrentIdentity, body: EraseBody | None = None) -> Envelope[ReceiptOut]:
    """Erase the caller's account for good. The answer is a receipt; keep it, there is no other."""
    receipt = await service.erase(learner.token, body.password if body else None)
    data = ReceiptOut(
        receipt_id=receipt.receipt_id, user_id=receipt.user_id, erased_at=receipt.erased_at, erased=ERASED, kept=KEPT
    )
    return envelope(data, "Akun dihapus")
