"""The HTTP face of registration, login, and the end of sessions."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Response

from scout_os.auth.schemas import (
    CodeBody,
    LoginBody,
    NewTokenData,
    NoData,
    PasswordBody,
    RegisterBody,
    SessionData,
    SessionUser,
    SignInBody,
    UsernameBody,
)
from scout_os.core.http import REPLAYED, Envelope, envelope
from scout_os.dependencies import ClientAddress, CurrentIdentity, IdempotencyKey, OpenServices
from scout_os.routing import api_router

router = api_router("/auth", tags=["auth"])


_SIGN_IN: dict[int | str, dict[str, Any]] = {
    401: {"description": "The ID token is not valid for us, or the password is wrong."},
    404: {"description": "Not configured."},
    409: {"description": "An account with this e-mail address exists: send its password too."},
}


@router.post("/register", status_code=201, responses={409: {"description": "The username is taken."}})
async def register(
    services: OpenServices,
    address: ClientAddress,
    body: RegisterBody,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> Envelope[SessionData]:
    """Make an account and log in."""
    session, is_repeated = await services.auth.sign_up(body.newcomer(), address=address, key=idempotency_key)
    if is_repeated:
        response.headers[REPLAYED] = "true"
    return envelope(SessionData.of(session), "Akun dibuat")


@router.post("/login", responses={401: {"description": "Unknown user, wrong password or disabled account."}})
async def login(services: OpenServices, address: ClientAddress, body: LoginBody) -> Envelope[SessionData]:
    """Log in."""
    session = await services.auth.login(body.username, body.password, address=address)
    return envelope(SessionData.of(session), "Berhasil masuk")


@router.post("/google", responses=_SIGN_IN)
async def sign_in_with_google(
    services: OpenServices, address: ClientAddress, body: SignInBody
) -> Envelope[SessionData]:
    """Log in with a Google account; the first time makes an account."""
    session = await services.sign_in.sign_in(
        "google", body.id_token, password=body.password, timezone=body.timezone, address=address
    )
    return envelope(SessionData.of(session), "Berhasil masuk")


@router.post("/providers/{provider}", responses=_SIGN_IN)
async def sign_in_with(
    services: OpenServices, address: ClientAddress, provider: Annotated[str, Path(max_length=32)], body: SignInBody
) -> Envelope[SessionData]:
    """The same with another identity provider of the settings."""
    session = await services.sign_in.sign_in(
        provider, body.id_token, password=body.password, timezone=body.timezone, address=address
    )
    return envelope(SessionData.of(session), "Berhasil masuk")


@router.post("/logout")
async def log_out(services: OpenServices, identity: CurrentIdentity) -> Envelope[NoData]:
    """End this token; others of the same user go on."""
    await services.auth.log_out(identity.token)
    return envelope(NoData(), "Berhasil keluar")


@router.post("/logout-everywhere")
async def log_out_everywhere(services: OpenServices, identity: CurrentIdentity) -> Envelope[NoData]:
    """End all of the user's tokens, this one too."""
    await services.auth.log_out_everywhere(identity.user_id)
    return envelope(NoData(), "Berhasil keluar dari semua perangkat")


@router.post("/password", responses={403: {"description": "The old password is wrong."}})
async def change_password(
    services: OpenServices, identity: CurrentIdentity, body: PasswordBody
) -> Envelope[NewTokenData]:
    """Change the password. All tokens end, this one too; the answer holds a new one."""
    token = await services.auth.change_password(identity.token, old=body.old_password, new=body.new_password)
    return envelope(NewTokenData(access_token=token), "Password diganti")


@router.post("/password/code", responses={403: {"description": "The code is wrong, used, expired or replaced."}})
async def redeem_code(services: OpenServices, address: ClientAddress, body: CodeBody) -> Envelope[SessionData]:
    """Choose a new password with a one-time code of an admin. All tokens end; the answer holds a new one."""
    session = await services.auth.redeem_code(body.username, body.code, body.new_password, address=address)
    return envelope(SessionData.of(session), "Password diganti")


@router.post(
    "/username",
    responses={
        403: {"description": "The password is wrong, or the token too old to do without one."},
        409: {"description": "The username is taken."},
    },
)
async def change_username(
    services: OpenServices, address: ClientAddress, identity: CurrentIdentity, body: UsernameBody
) -> Envelope[SessionUser]:
    """Change the name to log in by. Sessions go on; the old name is free for others."""
    account = await services.auth.rename(identity.token, body.username, body.password, address=address)
    return envelope(SessionUser.of(account), "Username diganti")
