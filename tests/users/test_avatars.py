"""Pictures: shown as our own JPEG, and refused where they are none, hold more than pixels, or unfold without end."""

from __future__ import annotations

import asyncio
import struct
import time
import zlib
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image

from scout_os.core.limits.rules import HOUR, Rule
from scout_os.moderation.models import Actor
from scout_os.users.avatars import AVATAR
from scout_os.users.pictures import SIDE
from tests.service import Service, Truth, add_learners

CANARY = b"kenari-7f3a9c"
PATHS = [("POST", "/users/me/avatar"), ("PUT", "/me/avatar")]


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A picture: its left half red, its right half blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    made = BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that says it is that large, and is."""
    rows = zlib.compress((b"\x00" * (1 + (width + 7) // 8)) * min(height, 20_000), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_becomes_ours(service: Service, learner: int, kind: str) -> None:
    """Each kind, as a form or as the body, is shown as a JPEG of 512 × 512 in profile, public profile and by its address."""
    async with service.client(learner) as client:
        for method, path in PATHS:
            answer = await send(client, picture(kind), method=method, path=path)
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
        picture("JPEG", exif=exif, comment=CANARY, icc_profile=CANARY) + b"<script>" + CANARY,
        picture("WEBP", exif=exif, icc_profile=CANARY, xmp=CANARY),
        picture("PNG", exif=exif, icc_profile=CANARY) + CANARY,
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
                answer = await send(client, picture(kind, exif=b"Exif\x00\x00" + head))
                assert answer.status_code == 200, (kind, head, answer.text)


NO_PICTURES = [
    b"",
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"GIF89a<script>alert(1)</script>",
    b"\x89PNG\r\n\x1a\n",
    picture("GIF"),
    picture("TIFF"),
    picture("BMP"),
    picture("JPEG")[:300],
    picture("PNG")[:-30],
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(/etc/passwd) run\n",
    bomb(9_000, 9_000),
    bomb(30_000, 30_000),
    bomb(60_000, 60_000),
    bomb(2_000_000_000, 1),
    struct.pack(">I", 0) * 5000,
]


async def test_a_file_that_is_no_picture_of_ours(
    service: Service, truth: Truth, learner: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other formats, pieces, scripts and pictures that unfold to gigabytes are 422, whatever type and name they claim."""
    monkeypatch.setattr("scout_os.users.avatars.AVATAR", Rule("avatar", 100, HOUR))
    async with service.client(learner) as client:
        for file in NO_PICTURES:
            for method, path in PATHS:
                refused = await send(client, file, method=method, path=path)
                assert (refused.status_code, refused.json()["code"]) == (422, "picture_invalid"), file[:40]
    assert await truth.fetchval("SELECT picture_url FROM users WHERE id = $1", learner) is None


async def test_a_file_that_is_too_large(service: Service, learner: int) -> None:
    """More than 2 MiB is 413, announced or not; other endpoints go on taking 64 KiB."""
    async with service.client(learner) as client:
        for size in (2 * 1024 * 1024 + 1, 3 * 1024 * 1024):
            for method, path in PATHS:
                assert (await send(client, b"x" * size, method=method, path=path)).status_code == 413
        assert (await client.patch("/users/me/profile", content=b"x" * 70_000)).status_code == 413


async def test_a_form_that_is_none(service: Service, learner: int) -> None:
    """A form without the part, with many parts, or broken is a clear refusal."""
    many = [("file", ("a", b"x")) for _ in range(50)]
    async with service.client(learner) as client:
        for request in (
            {"files": {"other": ("a.png", picture("PNG"))}},
            {"files": many},
            {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
            {"content": b"x", "headers": {"Content-Type": "multipart/form-data"}},
        ):
            refused = await client.post("/users/me/avatar", **request)
            assert (refused.status_code, refused.json()["code"]) == (422, "picture_invalid")


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
        url = (await send(client, picture("JPEG"))).json()["data"]["picture_url"]
        kept = service.settings.data_dir / "media" / "avatars"
        (kept / f".{learner}.jpg.0badcafe").write_bytes(picture("JPEG"))
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
        answer = await client.put("/me/avatar", content=picture("PNG"), headers=headers)
        profile = await client.get("/users/me", headers=headers)
        document = await client.get(f"{service.url}/openapi.json", headers=headers)
    for each in (answer, profile, document):
        assert each.status_code == 200
        assert "evil.example" not in each.text + str(each.headers)


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
