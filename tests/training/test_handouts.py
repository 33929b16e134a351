"""What everybody gets alike: the list of sections and each section's content."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from tests.contract.packs import read_sections
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.servers import load_content
from tests.service import Service, serve, until

Json = dict[str, Any]
SECTIONS = "/training/sections"
CONTENT = f"{SECTIONS}/puk/content"
REWORDED = Edit("simpul.yaml", "Simpul mana yang menyambung dua tali sama besar?", "Simpul mana menyambung dua tali?")


async def get(client: httpx.AsyncClient, path: str, **headers: str) -> httpx.Response:
    answer = await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert answer.status_code in {200, 304}, answer.text
    return answer


async def test_a_sections_content_is_all_that_single_requests_tell(service: Service, pack_dir: Path) -> None:
    """One answer has the section, its units, levels and questions as their own routes have them, and explanations."""
    written = next(section for section in read_sections(pack_dir) if section["id"] == "puk")
    explanations = {
        question["id"]: question["explanation"].strip()
        for unit in written["units"]
        for level in unit["levels"]
        for question in level["questions"]
    }
    newer = {
        question["id"]: question["instead"]["id"]
        for unit in written["units"]
        for level in unit["levels"]
        for question in level["questions"]
        if "instead" in question
    }
    async with service.client() as client:
        content: Json = (await get(client, CONTENT)).json()
        assert content["section"] == (await get(client, f"{SECTIONS}/puk")).json()
        assert content["grading"] == "client"
        units = (await get(client, f"{SECTIONS}/puk/units")).json()["units"]
        assert [without(unit, "levels") for unit in content["units"]] == units
        for unit in content["units"]:
            levels = (await get(client, f"/training/units/{unit['id']}/levels")).json()["levels"]
            assert [without(level, "questions") for level in unit["levels"]] == levels
            for level in unit["levels"]:
                single = (await get(client, f"/training/levels/{level['id']}/questions")).json()["questions"]
                for question, alone in zip(level["questions"], single, strict=True):
                    assert question["explanation"] == explanations.pop(question["id"])
                    more = "explanation", "explanation_en", "question_en", "media"
                    if question["id"] in newer:  # the other route shows older clients another question in its place
                        assert (alone["id"], alone["order"]) == (newer[question["id"]], question["order"])
                    else:
                        assert without(question, *more) == alone
    assert explanations == {}


async def test_an_app_that_starts_needs_one_request(service: Service) -> None:
    """The first section's content is there without knowing its id, and is the same answer."""
    async with service.client() as client:
        first = (await get(client, SECTIONS)).json()["sections"][0]["id"]
        unnamed, named = await get(client, "/training/first-section/content"), await get(client, CONTENT)
    assert first == "puk"
    assert (unnamed.content, unnamed.headers["etag"]) == (named.content, named.headers["etag"])


async def test_without_english_a_section_is_the_same_in_indonesian_alone(service: Service) -> None:
    """Questions and explanations in English are left out under another tag, and nothing else."""
    async with service.client() as client:
        both, alone = await get(client, CONTENT), await get(client, f"{CONTENT}?english=false")
    questions = [
        question
        for answer in (both, alone)
        for unit in answer.json()["units"]
        for level in unit["levels"]
        for question in level["questions"]
    ]
    whole, short = questions[: len(questions) // 2], questions[len(questions) // 2 :]
    assert any(question["question_en"] for question in whole)
    assert short == [question | {"question_en": None, "explanation_en": None} for question in whole]
    assert both.headers["etag"] != alone.headers["etag"]


@pytest.mark.parametrize("path", [SECTIONS, CONTENT, "/training/first-section/content"])
async def test_what_is_known_is_not_sent_again(service: Service, path: str) -> None:
    """With its tag the answer is 304 without a body, also for HEAD; with another tag it is sent."""
    async with service.client() as client:
        first = await get(client, path)
        again = await get(client, path, if_none_match=f'"old", {first.headers["etag"]}')
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        assert "time-seal" in again.headers
        assert (await client.head(path, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
        assert (await get(client, path, if_none_match='"old"')).content == first.content


async def test_content_is_sent_compressed_to_whom_can_read_it(service: Service) -> None:
    """With gzip a section is less than a quarter as long, the same under the same tag, and caches tell the two apart."""
    async with service.client() as client:
        plain = await get(client, CONTENT, accept_encoding="identity")
        async with client.stream("GET", CONTENT, headers={"Accept-Encoding": "gzip"}) as answer:
            sent = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == plain.content
    assert len(sent) * 4 < len(plain.content)
    for each in (plain, answer):
        assert each.headers["vary"] == "Accept-Encoding"
        assert each.headers["etag"] == plain.headers["etag"]
        assert each.headers["content-length"] == str(len(sent if each is answer else plain.content))


async def test_unknown_sections_have_no_content(service: Service) -> None:
    """As everywhere: 404 for what is not there, or not spelt like that."""
    async with service.client() as client:
        for section_id in ("nope", "PUK", "%00"):
            assert (await client.get(f"{SECTIONS}/{section_id}/content")).status_code == 404


@pytest.mark.parametrize("grading", ["client", "server"])
async def test_new_content_has_a_new_tag_where_it_changed(stores: StoreUrls, tmp_path: Path, grading: str) -> None:
    """A reworded question changes the tag of its section alone, also where the service grades and shows no questions.

    There it says that the attempts on the device are over.
    """
    await asyncio.to_thread(load_content, stores.database_url, SIX_TYPES)
    with serve(stores, tmp_path, grading=grading) as service:
        async with service.client() as client:
            before = await tags(client)
            changed = copy_pack(tmp_path / "changed", REWORDED)
            await asyncio.to_thread(load_content, stores.database_url, changed)

            async def are_new() -> bool:
                return await tags(client) != before

            await until(are_new, seconds=5)
            after = await tags(client)
            shown = (await get(client, f"{SECTIONS}/simpul/content")).text
    assert {path for path in before if before[path] != after[path]} == {f"{SECTIONS}/simpul/content"}
    assert (REWORDED.new in shown) is (grading == "client")


async def test_no_content_shows_a_key_where_the_service_grades(grader: Service, pack_dir: Path) -> None:
    """Levels have no questions then, and no text of any question or explanation is in the answer."""
    async with grader.client() as client:
        for section in read_sections(pack_dir):
            answer = await get(client, f"{SECTIONS}/{section['id']}/content")
            content: Json = answer.json()
            assert content["grading"] == "server"
            for unit, written in zip(content["units"], section["units"], strict=True):
                for level, lesson in zip(unit["levels"], written["levels"], strict=True):
                    assert level["questions"] is None
                    for question in lesson["questions"]:
                        assert question["id"] not in answer.text
                        assert question["question"].strip() not in answer.text
                        assert question["explanation"].strip() not in answer.text


async def tags(client: httpx.AsyncClient) -> dict[str, str]:
    """The tags of all that is handed out."""
    listed = await get(client, SECTIONS)
    paths = [SECTIONS, *(f"{SECTIONS}/{section['id']}/content" for section in listed.json()["sections"])]
    return {path: (await get(client, path)).headers["etag"] for path in paths}


def without(item: Json, *names: str) -> Json:
    return {name: value for name, value in item.items() if name not in names}
