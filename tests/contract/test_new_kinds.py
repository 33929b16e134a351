"""Newer types of questions and media: for clients that know them; all others get something instead."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scout_os.core.store_urls import StoreUrls
from scout_os.training.models import OLD_KINDS
from tests.contract.answers import FIELDS, check_hidden, right_answers, values, wrong_answers
from tests.contract.flutter import FlutterApp, connect
from tests.contract.packs import Lesson, read_lessons
from tests.packs.editing import NEW_KINDS, Edit, copy_pack
from tests.servers import load_content
from tests.service import Service, Truth, add_learners, serve, token, until

NEWEST = read_lessons(NEW_KINDS, newest=True)
OLDEST = read_lessons(NEW_KINDS)
ALL_KINDS = sorted({question["type"] for lesson in NEWEST for question in lesson.questions})
CONTENT = "/training/sections/isyarat/content"
FOREVER = "public, max-age=31536000, immutable"


@pytest.fixture
def service(stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """A service with client grading, with the pack of newer types."""
    load_content(stores.database_url, NEW_KINDS)
    with serve(stores, tmp_path / "client") as running:
        yield running


@pytest.fixture
def grader(service: Service, stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """Beside it, one that grades itself."""
    with serve(stores, tmp_path / "server", grading="server") as running:
        yield running


async def content_of(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """The section's questions as devices get them, by id."""
    answer = (await client.get(CONTENT)).json()
    return {
        question["id"]: question
        for unit in answer["units"]
        for level in unit["levels"]
        for question in level["questions"]
    }


def drawings_in(answer: object) -> set[str]:
    """The addresses of all drawings."""
    return {value for value in values(answer) if isinstance(value, str) and value.startswith("media/")}


async def test_installed_clients_get_what_they_can_show(service: Service, grader: Service, owner: Truth) -> None:
    """Questions and attempts without `kinds` are of the first four types, with no field more than before."""
    [learner_id] = await add_learners(owner, 1)
    for running in (service, grader):
        async with connect(running.api) as http:
            app = FlutterApp(http, token(learner_id))
            for lesson in OLDEST:
                listed = (await app.send("GET", f"/training/levels/{lesson.id}/questions"))["questions"]
                path = f"/training/levels/{lesson.id}/attempts"
                for body in (None, {}, {"kinds": None}):
                    attempted = (await app.send("POST", path, body))["questions"]
                    for question, written in zip(attempted, lesson.questions, strict=True):
                        check_hidden(question, written)
                for question, written in zip(listed, lesson.questions, strict=True):
                    assert (set(question), question["id"]) == (FIELDS, written["id"])
                    assert question["type"] in OLD_KINDS
                    assert running is grader or question["payload"] == written["payload"]


async def test_devices_get_everything(service: Service) -> None:
    """A section's content has every question as its author wrote it, with its media as they are to be shown."""
    async with service.client() as client:
        shown = await content_of(client)
    written = {question["id"]: question for lesson in NEWEST for question in lesson.questions}
    assert shown.keys() == written.keys()
    assert {question["type"] for question in shown.values()} == {*ALL_KINDS}
    for name, question in shown.items():
        assert question["question_en"] == written[name].get("question_en")
        assert question["explanation_en"] == written[name].get("explanation_en")
        assert (question["media"] is None) == ("media" not in written[name])
    assert shown["q_isyarat_u1_l1_03"]["media"] == {
        "kind": "semaphore",
        "text": "D",
        "poses": [[0, 4]],
        "alt": "Satu lengan lurus ke atas",
        "alt_en": "One arm straight up",
    }
    assert shown["q_isyarat_u1_l1_04"]["media"]["signs"] == ".- .. .-."
    assert shown["q_isyarat_u1_l2_02"]["media"]["places"][1] == {
        "id": "b",
        "x": 70,
        "y": 30,
        "radius": 12.25,
        "label": "Titik B",
        "label_en": None,
    }
    assert shown["q_isyarat_u1_l2_03"]["media"]["steps"] == 3
    assert [item["id"] for item in shown["q_isyarat_u1_l2_01"]["payload"]["items"]] == ["satu", "dua", "tiga"]


async def test_attempts_show_what_the_client_can(grader: Service, owner: Truth) -> None:
    """With `kinds`, each question is its author's if it is of one of them, without its key; else that for older clients."""
    [learner_id] = await add_learners(owner, 1)
    async with grader.client(learner_id) as client:
        for known in (ALL_KINDS, ["morse_tap", "point_on_map"], []):
            answer = await client.post("/training/sections/isyarat/attempts", json={"kinds": known})
            assert answer.status_code == 201
            for attempt, lesson in zip(answer.json()["attempts"], NEWEST, strict=True):
                for question, written in zip(attempt["questions"], lesson.questions, strict=True):
                    shows_it = written["type"] in (*known, *OLD_KINDS)
                    asked = written if shows_it else written["instead"]
                    assert (question["id"], question.pop("question_en")) == (asked["id"], asked.get("question_en"))
                    media = question.pop("media")
                    assert (media is None) == ("media" not in asked)
                    check_media_tell_no_key(media, asked)
                    if asked["type"] != "order_pictures":
                        check_hidden(question, asked)


async def test_pictures_are_shuffled_under_other_ids(grader: Service, owner: Truth) -> None:
    """No id of the pack is shown, the order changes, and the ids that are shown are right in the pack's order."""
    [learner_id] = await add_learners(owner, 1)
    lesson = NEWEST[1]
    orders = set()
    async with grader.client(learner_id) as client:
        for _ in range(40):
            attempt = (await client.post(f"/training/levels/{lesson.id}/attempts", json={"kinds": ALL_KINDS})).json()
            items = attempt["questions"][0]["payload"]["items"]
            orders.add(tuple(item["media"]["alt"] for item in items))
            assert not {"satu", "dua", "tiga"} & {item["id"] for item in items}
        by_alt = {item["media"]["alt"]: item["id"] for item in items}
        right = [by_alt[item["media"]["alt"]] for item in lesson.questions[0]["payload"]["items"]]
        body = {"level_id": lesson.id, "attempt_id": attempt["attempt_id"]}
        answers = {question["id"]: None for question in attempt["questions"]} | {attempt["questions"][0]["id"]: right}
        await pass_first_level(client)
        result = (await client.post("/training/progress/submit", json=body | {"answers": answers})).json()
    assert len(orders) == 6
    assert [each["correct"] for each in result["results"]] == [True, False, False]


@pytest.mark.parametrize("lessons", [NEWEST, OLDEST], ids=["newest", "oldest"])
async def test_either_question_may_be_answered(lessons: list[Lesson], service: Service, owner: Truth) -> None:
    """An answer to a question or to the one shown instead counts the same; results name what was answered."""
    [learner_id] = await add_learners(owner, 1)
    async with connect(service.api) as http:
        app = FlutterApp(http, token(learner_id))
        for lesson in lessons:
            ids = [question["id"] for question in lesson.questions]
            for answers, correct in ((wrong_answers(lesson), False), (right_answers(lesson), True)):
                outcome = await app.send_attempt({"level_id": lesson.id, "answers": answers})
                told = [(each.question_id, each.correct) for each in outcome.results or []]
                assert told == [(name, correct) for name in ids]
                assert outcome.total_questions == len(ids)
            again = await app.submit(lesson.id, len(ids), ids)
            assert (again.status, again.correct_answers) == ("COMPLETED", len(ids))


async def test_one_question_is_answered_once(service: Service, owner: Truth) -> None:
    """A question and the one shown instead of it are one: both, or neither, is refused, in counts too."""
    [learner_id] = await add_learners(owner, 1)
    both = right_answers(NEWEST[0]) | right_answers(OLDEST[0])
    without = dict([*right_answers(NEWEST[0]).items()][1:])
    async with service.client(learner_id) as client:
        for answers in (both, without, without | {"q_isyarat_u1_l2_51": None}):
            body = {"level_id": NEWEST[0].id, "answers": answers}
            assert (await client.post("/training/progress/submit", json=body)).status_code == 422
        counts = {"level_id": NEWEST[0].id, "correct_answers": 2}
        ids = ["q_isyarat_u1_l1_01", "q_isyarat_u1_l1_51"]
        answer = await client.post("/training/progress/submit", json=counts | {"correct_question_ids": ids})
        assert answer.status_code == 422


@pytest.mark.parametrize("pose", [[2], [2, 6, 6], [2, 8], [-1, 2], [2.5, 6], [True, 2], ["2", "6"], "2 6", {"2": "6"}])
async def test_a_pose_is_two_places(pose: Any, service: Service, owner: Truth) -> None:
    """Anything but two whole numbers from 0 to 7 is 422."""
    [learner_id] = await add_learners(owner, 1)
    answers = right_answers(NEWEST[0]) | {"q_isyarat_u1_l1_02": pose}
    async with service.client(learner_id) as client:
        body = {"level_id": NEWEST[0].id, "answers": answers}
        assert (await client.post("/training/progress/submit", json=body)).status_code == 422


async def test_drawings_come_from_the_database(service: Service, grader: Service, tmp_path: Path) -> None:
    """Every host serves each drawing as it was loaded, for ever and to everybody, and it can do nothing."""
    async with service.client() as client:
        urls = sorted(drawings_in(await content_of(client)))
        assert len(urls) == 4
        files = {path.read_bytes() for path in (NEW_KINDS / "media").iterdir()}
        for url in urls:
            first, elsewhere = [await client.get(f"{running.url}/{url}") for running in (service, grader)]
            assert (first.status_code, first.content) == (200, elsewhere.content)
            files.remove(first.content)
            assert first.headers["content-type"] == "image/svg+xml"
            assert first.headers["cache-control"] == FOREVER
            assert first.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert first.headers["x-content-type-options"] == "nosniff"
            known = {"If-None-Match": first.headers["etag"]}
            assert (await client.get(f"{service.url}/{url}", headers=known)).status_code == 304
            head = await client.head(f"{service.url}/{url}")
            assert (head.status_code, head.content) == (200, b"")
            assert head.headers["etag"] == first.headers["etag"]
        for bad in ("0" * 64, urls[0].split("/")[-1][:-4].upper(), "%00", "..%2Fa"):
            assert (await client.get(f"{service.url}/media/content/{bad}.svg")).status_code == 404
    assert files == set()


async def test_a_drawing_below_a_prefix(service: Service, stores: StoreUrls, tmp_path: Path) -> None:
    """Its address is relative to the service's root, wherever that is."""
    with serve(stores, tmp_path / "prefixed", root_path="/belajar") as running:
        async with httpx.AsyncClient(base_url=f"{running.url}/belajar/") as client:
            content = (await client.get(f"api/v1{CONTENT}")).json()
            [url, *_] = drawings_in(content)
            assert (await client.get(url)).headers["content-type"] == "image/svg+xml"


async def test_an_earlier_drawing_stays(service: Service, stores: StoreUrls, tmp_path: Path) -> None:
    """Devices keep questions of an earlier content, whose drawings are served on; the new one has another address."""
    redrawn = copy_pack(tmp_path / "pack", Edit("media/satu.svg", 'r="10"', 'r="11"'), source=NEW_KINDS)
    async with service.client() as client:
        before = drawings_in(await content_of(client))
        await asyncio.to_thread(load_content, stores.database_url, redrawn)

        async def is_new() -> bool:
            return drawings_in(await content_of(client)) != before

        await until(is_new, seconds=5)
        both = before | drawings_in(await content_of(client))
        shown = [await client.get(f"{service.url}/{url}") for url in both]
    assert [answer.status_code for answer in shown] == [200] * 5
    assert (redrawn / "media" / "satu.svg").read_bytes() in [answer.content for answer in shown]


async def test_an_earlier_release_can_serve_every_row(service: Service, owner: Truth) -> None:
    """What it reads of a question is of a type that it knows, and is what this release gives to installed clients."""
    rows = await owner.fetch(
        "SELECT id, type, question, payload, explanation FROM questions WHERE is_active ORDER BY id"
    )
    read = [{**row, "payload": json.loads(row["payload"])} for row in rows]
    written = sorted((each for lesson in OLDEST for each in lesson.questions), key=lambda each: each["id"])
    fields = "id", "type", "question", "payload", "explanation"
    assert read == [{name: each[name] for name in fields} for each in written]


def check_media_tell_no_key(media: dict[str, Any] | None, asked: dict[str, Any]) -> None:
    """Signals that are to be read do not say their text."""
    if media is not None and media["kind"] in ("morse", "semaphore"):
        assert media["text"] is None
        assert asked["media"]["text"] not in [*values(media)]


async def pass_first_level(client: httpx.AsyncClient) -> None:
    attempt = (await client.post("/training/levels/isyarat_u1_l1/attempts")).json()
    body = {"level_id": "isyarat_u1_l1", "attempt_id": attempt["attempt_id"], "answers": right_answers(OLDEST[0])}
    assert (await client.post("/training/progress/submit", json=body)).json()["status"] == "COMPLETED"
