"""How pictures are cached."""

from __future__ import annotations

from tests.service import Service
from tests.users.test_avatars import send
from tests.users.wild import halves


async def test_a_picture_that_is_known_is_not_sent_again(service: Service, learner: int) -> None:
    """Asked with its `ETag`, a picture is 304 without a body, by GET and HEAD; another picture has another one."""
    async with service.client(learner) as client:
        url = service.url + (await send(client, halves("PNG", (60, 40)))).json()["data"]["picture_url"]
        first = await client.get(url)
        tag = first.headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            for method in ("GET", "HEAD"):
                again = await client.request(method, url, headers={"If-None-Match": known})
                assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
                assert again.headers["cache-control"] == first.headers["cache-control"]
        await send(client, halves("PNG", (400, 1)))
        changed = await client.get(url, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_part_of_a_picture_is_the_whole(service: Service, learner: int) -> None:
    """Pictures are small: a request for a range gets all of it, which HTTP allows, and never a part called the whole."""
    async with service.client(learner) as client:
        url = service.url + (await send(client, halves("PNG", (60, 40)))).json()["data"]["picture_url"]
        whole = await client.get(url)
        part = await client.get(url, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.content) == (200, whole.content)
