"""What an app must know about this installation before anybody signs in."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from scout_os import __version__
from scout_os.routing import api_router
from scout_os.settings import Settings
from scout_os.training.models import Grading


class Info(BaseModel):
    """Nothing of it is secret."""

    version: str = Field(description="Of the service.")
    grading: Grading = Field(description="`server`: devices have no keys.")
    google_client_id: str | None = Field(description="For a web app's sign-in with Google; null: it is not configured.")


def info_router(settings: Settings) -> APIRouter:
    """The route that tells what `settings` say."""
    router = api_router("", tags=["operation"])
    info = Info(
        version=__version__,
        grading=settings.grading,
        google_client_id=settings.google_clients[0] if settings.google_clients else None,
    )

    @router.get("/info")
    async def get_info() -> Info:
        """The service's version, who grades, and whether learners can sign in with Google."""
        return info

    return router
