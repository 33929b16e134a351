"""The HTTP face of learners' pictures."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Request, Response
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from scout_os.core.http import INT64_MAX, REFUSALS, Envelope, envelope
from scout_os.core.prepared import is_known
from scout_os.core.problems import NotFound, Unavailable
from scout_os.dependencies import CurrentIdentity, OpenServices
from scout_os.routing import api_router
from scout_os.users.avatars import CONTENT_TYPE, MAX_FILE_BYTES, avatar_name
from scout_os.users.problems import PictureInvalid, PictureTooLarge

router = api_router("", tags=["users"])
media = APIRouter(prefix="/media", tags=["users"], responses=REFUSALS)

FORM_BYTES = 64 * 1024
"""What a form adds to the file in it: its boundaries, and fields that are ignored."""
MAX_PARTS = 20
MEDIA_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Content-Disposition": 'inline; filename="avatar.jpg"',
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "image/*": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {CONTENT_TYPE: {}}, "description": "The picture."},
    304: {"description": "The picture that `If-None-Match` names is the present one."},
}


class PictureData(BaseModel):
    """Where one's own picture is."""

    picture_url: str | None


@router.post("/users/me/avatar", openapi_extra=_BODY, max_body_size=MAX_FILE_BYTES + FORM_BYTES)
@router.put("/me/avatar", openapi_extra=_BODY, max_body_size=MAX_FILE_BYTES + FORM_BYTES)
async def set_avatar(services: OpenServices, identity: CurrentIdentity, request: Request) -> Envelope[PictureData]:
    """Show a picture: JPEG, PNG or WebP of at most 12 MiB, as the part `file` of a form or as the body itself."""
    async with services.avatars.admit(identity.user_id):
        url = await services.avatars.set(identity.token, await _picture(request))
    return envelope(PictureData(picture_url=url), "Foto profil diperbarui")


@router.delete("/users/me/avatar")
@router.delete("/me/avatar")
async def remove_avatar(services: OpenServices, identity: CurrentIdentity) -> Envelope[PictureData]:
    """Show no picture."""
    await services.avatars.remove(identity.token)
    return envelope(PictureData(picture_url=None), "Foto profil dihapus")


@media.get("/avatars/{number}.jpg", response_class=Response, responses=_PICTURE)
async def get_avatar(
    services: OpenServices,
    number: Annotated[int, Path(ge=1, le=INT64_MAX)],
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """A picture, where this service keeps them itself."""
    picture = await services.media.find(avatar_name(number))
    if picture is None:
        raise NotFound
    headers = {**MEDIA_HEADERS, "ETag": f'"{hashlib.sha256(picture).hexdigest()[:32]}"'}
    if is_known(headers["ETag"], if_none_match):
        return Response(status_code=304, headers=headers)
    return Response(picture, media_type=CONTENT_TYPE, headers=headers)


async def _picture(request: Request) -> bytes:
    try:
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            async with request.form(max_files=MAX_PARTS, max_fields=MAX_PARTS) as form:
                part = form.get("file")
                if not isinstance(part, UploadFile):
                    raise PictureInvalid
                content = await part.read()
        else:
            content = await request.body()
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise PictureInvalid from error  # the framework's word for a form that it cannot read
    except OSError as error:
        raise Unavailable from error  # no room on the disk, where large forms wait
    if len(content) > MAX_FILE_BYTES:
        raise PictureTooLarge
    return content
