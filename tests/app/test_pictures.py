"""Learners' pictures where the app is served apart from the service."""

from __future__ import annotations

import io

import httpx
from PIL import Image

from tests.service import Service, Truth, add_learners


async def test_a_picture_is_seen_through_the_app_and_nothing_else_is(lessons: Service, site: str, owner: Truth) -> None:
    """The path that the service names for a picture leads to it on the app's own address, too; the API stays where it is."""
    [learner] = await add_learners(owner, 1)
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "green").save(drawn, "PNG")
    async with lessons.client(learner) as client, httpx.AsyncClient(base_url=site) as browser:
        headers = {"Content-Type": "image/png"}
        answer = await client.put("/me/avatar", content=drawn.getvalue(), headers=headers)
        url = answer.json()["data"]["picture_url"]
        seen = await browser.get(url)
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        for path in ("/media/avatars/none.jpg", "/media/%2e%2e/api/v1/training/sections", "/api/v1/training/sections"):
            other = await browser.get(path)
            assert other.headers["content-type"] != "application/json", path
