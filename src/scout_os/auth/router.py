"""The HTTP face of registration and login."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends

from scout_os.auth.schemas import LoginBody, RegisterBody, SessionData
from scout_os.auth.service import AuthService
from scout_os.core.http import Envelope, envelope, provided

router = APIRouter(prefix="/auth", tags=["auth"])

Service = Annotated[AuthService, Depends(provided(AuthService))]


@router.post("/register", status_code=201, responses={409: {"description": "The username is taken."}})
async def register(service: Service, body: RegisterBody) -> Envelope[SessionData]:
    """Make an account and log in."""
    session = await service.register(
        username=body.username, name=body.name, password=body.password, gugus_depan=body.gugus_depan
    )
    return envelope(SessionData.of(session), "Akun dibuat")


@router.post("/login", responses={401: {"description": "Unknown user, wrong password or disabled account."}})
async def login(service: Service, body: LoginBody) -> Envelope[SessionData]:
    """Log in."""
    return envelope(SessionData.of(await service.login(body.username, body.password)), "Berhasil masuk")
