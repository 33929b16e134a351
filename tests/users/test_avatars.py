"""Pictures over HTTP: shown as our own JPEG, refused with a reason, and never at the cost of other learners."""

from __future__ import annotations

import asyncio
import struct
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from scout_os.core.limits.limits import TooManyRequests
from scout_os.moderation.models import Actor
from scout_os.users.avatars import AVATAR, MAX_FILE_BYTES, OF_ONE_LEARNER
from scout_os.users.pictures import SIDE
from tests.logs import captured
from tests.service import Service, Truth, add_learners, token, until
from tests.users.wild import halves as picture
from tests.users.wild import png, scans

CANARY = b"kenari-7f3a9c"
SMALL = (60, 40)
PATHS = [("POST", "/users/me/avatar"), ("PUT", "/me/avatar")]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_ours(service: Service, learner: int, kind: str) -> None:
    """Each kind, as a form or as the body, is shown as a JPEG of 512 × 512 in profile, public profile and by its address."""
    async with service.client(learner) as client:
        for method, path in PATHS:
            answer = await send(client, picture(kind, SMALL), method=method, path=path)
            url = answer.json()["data"]["picture_url"]
            assert answer.status_code == 200
            assert (await client.get("/users/me")).json()["data"]["picture_url"] == url
            assert (await client.get(f"/users/{learner}/public")).json()["data"]["picture_url"] == url
            shown = await client.get(service.url + url)
            assert shown.headers["content-type"] == "image/jpeg"
            assert shown.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in shown.headers["content-security-policy"]
            image = Image.open(BytesIO(shown.content))
            assert (image.format, image.size) == ("JPEG", (SIDE, SIDE))
            assert nearly(image.getpixel((10, 256)), (255, 0, 0))
            assert nearly(image.getpixel((500, 256)), (0, 0, 255))
        assert (await client.delete("/me/avatar")).status_code == 200
        assert (await client.get("/users/me")).json()["data"]["picture_url"] is None
        assert (await client.get(service.url + url)).status_code == 404


async def test_what_a_picture_holds_beside_pixels_is_gone(service: Service, learner: int) -> None:
    """The place, comments, texts, colour profile, and a page hung on behind are not in the picture that is shown."""
    exif = Image.Exif()
    exif[0x010E] = CANARY.decode()
    exif.get_ifd(0x8825)[1] = CANARY.decode()
    exif[0x0112] = 3  # upside down: heeded, then forgotten
    files = [
        picture("JPEG", SMALL, exif=exif.tobytes(), comment=CANARY, icc_profile=CANARY) + b"<script>" + CANARY,
        picture("WEBP", SMALL, exif=exif.tobytes(), icc_profile=CANARY, xmp=CANARY),
        picture("PNG", SMALL, exif=exif.tobytes(), icc_profile=CANARY) + CANARY,
    ]
    async with service.client(learner) as client:
        for file in files:
            assert CANARY in file
            shown = await client.get(service.url + (await send(client, file)).json()["data"]["picture_url"])
            image = Image.open(BytesIO(shown.content))
            assert CANARY not in shown.content
            assert not image.getexif()
            assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert nearly(image.getpixel((10, 256)), (0, 0, 255))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
async def test_a_picture_whose_exif_cannot_be_read(service: Service, learner: int) -> None:
    """What a camera or an attacker wrote beside the pixels, cut off or nonsense, does not keep the picture from being shown."""
    turned = Image.Exif()
    turned[0x0112] = 3
    heads = [
        b"II*\x00\x08",
        b"II*\x00\xff\xff\xff\xff",
        turned.tobytes()[6:-20],
        b"",
        b"nonsense",
        b"MM\x00*" + b"\xff" * 40,
    ]
    async with service.client(learner) as client:
        for head in heads:
            for kind in ("JPEG", "PNG", "WEBP"):
                answer = await send(client, picture(kind, SMALL, exif=b"Exif\x00\x00" + head))
                assert answer.status_code == 200, (kind, head, answer.text)


NO_PICTURES = {
    "picture_format": [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        picture("GIF", SMALL),
        picture("TIFF", SMALL),
        picture("AVIF", SMALL),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
        struct.pack(">I", 0) * 5000,
    ],
    "picture_invalid": [b"\x89PNG\r\n\x1a\n", picture("JPEG", SMALL)[:300], picture("PNG", SMALL)[:-30]],
    "picture_too_detailed": [
        *(
            png(*size, b"\x00" * 1_000_000, depth=1, colours=0)
            for size in ((9000, 9000), (60_000, 60_000), (2**31 - 1, 1))
        ),
        scans((6000, 4000), 2, 3640),
    ],
}
"""By the reason of the refusal."""


@pytest.mark.parametrize("code", NO_PICTURES)
async def test_a_file_that_is_no_picture_of_ours(
    service: Service, truth: Truth, learner: int, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other formats, pieces, scripts and pictures that unfold to gigabytes are 422, whatever type and name they claim."""
    monkeypatch.setattr("scout_os.users.picture_process.SECONDS", 120.0)  # this machine may be busy
    async with service.client(learner) as client:
        for file in NO_PICTURES[code]:
            for method, path in PATHS:
                refused = await send(client, file, method=method, path=path)
                assert (refused.status_code, refused.json()["code"]) == (422, code), file[:40]
    assert await truth.fetchval("SELECT picture_url FROM users WHERE id = $1", learner) is None


async def test_a_cameras_photo(service: Service, learner: int) -> None:
    """A JPEG of 12 MiB is taken as the body and as a form; one byte more is 413, announced or not, as is 64 KiB elsewhere."""
    photo = picture("JPEG", (6000, 4000))
    whole = photo + b"\x00" * (MAX_FILE_BYTES - len(photo))

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(14):
            yield b"\xff" * 1024 * 1024

    async with service.client(learner) as client:
        for method, path in PATHS:
            assert (await send(client, whole, method=method, path=path)).status_code == 200
            assert (await send(client, whole + b"\x00", method=method, path=path)).status_code == 413
        assert (await client.put("/me/avatar", content=unannounced())).status_code == 413
        assert (await client.patch("/users/me/profile", content=b"x" * 70_000)).status_code == 413


async def test_a_form_with_more_than_the_picture(service: Service, learner: int) -> None:
    """Other fields and files, before or after the picture, are ignored."""
    file, other = ("me.png", picture("PNG", SMALL)), ("t", b"x")
    fields = {"caption": "aku", "user_id": "7", "long": "x" * 10_000}
    async with service.client(learner) as client:
        for files in ([("file", file), ("thumbnail", other)], [("thumbnail", other), ("file", file)]):
            answer = await client.post("/users/me/avatar", data=fields, files=files)
            assert answer.status_code == 200, answer.text


async def test_a_form_that_is_none(service: Service, learner: int) -> None:
    """A form without the part, with many parts, or broken is a clear refusal."""
    many = [("file", ("a", b"x")) for _ in range(50)]
    async with service.client(learner) as client:
        for request in (
            {"files": {"other": ("a.png", picture("PNG", SMALL))}},
            {"files": many},
            {"data": {"file": "text"}, "files": {"other": ("a.png", b"x")}},
            {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        ):
            refused = await client.post("/users/me/avatar", **request)
            assert (refused.status_code, refused.json()["code"]) == (422, "picture_invalid")


async def test_costly_pictures_of_one_learner_and_plain_ones_of_others(service: Service, truth: Truth) -> None:
    """Whoever sends twenty costly files at once has two of them looked at; others' pictures are shown meanwhile."""
    one, *others = await add_learners(truth, 6)
    costly = scans((6000, 4000), 2, 3640)
    async with AsyncExitStack() as stack:
        attacker, *clients = [await stack.enter_async_context(service.client(user)) for user in (one, *others)]
        sending = [asyncio.create_task(send(attacker, costly)) for _ in range(AVATAR.burst)]
        await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)  # refused, while two are at work
        await asyncio.gather(*(until(partial(is_shown, client), seconds=30) for client in clients))
        refused = Counter([(await task).status_code for task in sending])
    assert refused[429] == AVATAR.burst - OF_ONE_LEARNER
    assert refused[422] + refused[503] == OF_ONE_LEARNER  # 503: this machine was too busy to come to an end


async def test_an_upload_that_breaks_off(service: Service, truth: Truth, learner: int) -> None:
    """A connection that is lost in mid-upload is nobody's error, and keeps no place."""
    host, port = service.url.removeprefix("http://").split(":")
    head = f"PUT /api/v1/me/avatar HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token(learner)}\r\n"
    with captured("scout_os") as logged:
        for kind in ("image/png", "multipart/form-data; boundary=x"):
            for _ in range(OF_ONE_LEARNER):
                _, writer = await asyncio.open_connection(host, int(port))
                writer.write(f"{head}Content-Type: {kind}\r\nContent-Length: 90000\r\n\r\n--x\r\n".encode())
                await writer.drain()
                await asyncio.sleep(0.2)
                writer.close()
        async with service.client(learner) as client:
            await until(partial(is_shown, client), seconds=5)
    assert [event for event in logged if event["level"] == "error"] == []


async def test_tries_beside_others_cost_nothing(service: Service, learner: int) -> None:
    """While two uploads of a learner are under way, further tries are refused and do not count: then a picture is set."""
    avatars = service.services.avatars
    async with AsyncExitStack() as uploads:
        for _ in range(OF_ONE_LEARNER):
            await uploads.enter_async_context(avatars.admit(learner))
        for _ in range(AVATAR.burst):
            with pytest.raises(TooManyRequests):
                await uploads.enter_async_context(avatars.admit(learner))
    async with service.client(learner) as client:
        assert (await send(client, picture("PNG", SMALL))).status_code == 200


async def test_pictures_without_end(service: Service, truth: Truth) -> None:
    """A learner has so many tries an hour; meanwhile others are answered while pictures are made."""
    one, other = await add_learners(truth, 2)
    large = picture("PNG", (2400, 1800))
    async with service.client(one) as busy, service.client(other) as client:
        sending = [asyncio.create_task(send(busy, large)) for _ in range(AVATAR.burst + 5)]
        slowest = 0.0
        while not all(task.done() for task in sending):
            began = time.monotonic()
            assert (await client.get("/users/me")).status_code == 200
            slowest = max(slowest, time.monotonic() - began)
            await asyncio.sleep(0.01)
        statuses = [task.result().status_code for task in sending]
    assert statuses.count(429) >= 4
    assert set(statuses) <= {200, 429, 503}
    assert slowest < 5


async def test_a_deleted_learners_picture(service: Service, learner: int) -> None:
    """With the account the picture goes, also one that a killed worker had not written to its end; its address answers 404."""
    async with service.client(learner) as client:
        url = (await send(client, picture("JPEG", SMALL))).json()["data"]["picture_url"]
        kept = service.settings.data_dir / "media" / "avatars"
        (kept / f".{learner}.jpg.0badcafe").write_bytes(picture("JPEG", SMALL))
        deleting = service.services.moderation.delete(learner, actor=Actor(), reason=None)
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(deleting, service.loop))
        assert (await client.get(service.url + url)).status_code == 404
    assert not list(kept.iterdir())


async def test_another_file_than_a_picture(service: Service) -> None:
    """Addresses of pictures lead to pictures and nowhere else."""
    async with service.client() as client:
        for path in ("..%2f..%2fsecret_key", "0", "-1", "1e3", "%00", "9" * 30):
            assert (await client.get(f"{service.url}/media/avatars/{path}.jpg")).status_code in {404, 422}


async def test_a_made_up_host(service: Service, learner: int) -> None:
    """Addresses that we hand out come from the settings; the host that a request names is in none of them."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    async with service.client(learner) as client:
        answer = await client.put("/me/avatar", content=picture("PNG", SMALL), headers=headers)
        profile = await client.get("/users/me", headers=headers)
        document = await client.get(f"{service.url}/openapi.json", headers=headers)
    for each in (answer, profile, document):
        assert each.status_code == 200
        assert "evil.example" not in each.text + str(each.headers)


async def is_shown(client: httpx.AsyncClient) -> bool:
    """Whether a plain picture is taken, not refused for the moment."""
    return (await send(client, picture("PNG", SMALL))).status_code == 200


async def send(
    client: httpx.AsyncClient, file: bytes, *, method: str = "POST", path: str = "/users/me/avatar"
) -> httpx.Response:
    """Set a picture by the old route, as a form, or by the new one, as the body."""
    if method == "POST":
        return await client.post(path, files={"file": ("../../me.png", file, "image/png")})
    return await client.put(path, content=file, headers={"Content-Type": "image/png"})


def nearly(pixel: Any, colour: tuple[int, int, int]) -> bool:
    """Whether a pixel has that colour, but for what JPEG loses."""
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))
