"""The service grades: answers in, verdicts with explanations out, and no key before."""

from __future__ import annotations

from collections import defaultdict
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from scout_os.core.store_urls import StoreUrls
from tests.contract.answers import SHOWN, accepted_texts, check_hidden, right_answers, wrong_answers
from tests.contract.flutter import FlutterApp, Refused, connect
from tests.contract.models import Outcome
from tests.contract.packs import Lesson, read_lessons
from tests.packs.editing import SIX_TYPES
from tests.security.authorisation import API, ROWS
from tests.service import Service, Truth, add_learners, serve, token

TRIES = 60
"""With so many, a place out of four that is never taken by chance would be a wonder: (3/4)^60 = 3 in 100 million."""


async def test_answers_are_graded_for_clients_that_grade_too(learner: FlutterApp, lessons: list[Lesson]) -> None:
    """Answers sent under client grading are graded here, explained, and outweigh the counts beside them."""
    first = lessons[0]
    lies = {"correct_answers": 5, "score": 5, "total_questions": 5}
    failed = await submit(learner, first, wrong_answers(first), **lies)
    check_results(failed, first, [False] * 5)
    assert (failed.status, failed.xp_earned, failed.correct_answers) == ("UNLOCKED", 0, 0)
    passed = await submit(learner, first, right_answers(first), **(lies | {"correct_answers": 0}))
    check_results(passed, first, [True] * 5)
    assert (passed.status, passed.xp_earned, passed.correct_answers) == ("COMPLETED", first.xp_reward, 5)
    assert passed.next_level_id == first.opens


async def test_no_key_of_the_whole_pack_is_served(
    packed_stores: StoreUrls, tmp_path: Path, truth: Truth, lessons: list[Lesson]
) -> None:
    """With server grading no question of the pack shows its key, counts alone are 422, and right answers pay."""
    [learner_id] = await add_learners(truth, 1)
    with serve(packed_stores, tmp_path, grading="server") as service:
        async with connect(service.api) as http:
            app = FlutterApp(http, token(learner_id))
            for lesson in lessons:
                shown = await app.send("GET", f"/training/levels/{lesson.id}/questions")
                for question, written in zip(shown["questions"], lesson.questions, strict=True):
                    check_hidden(question, written)
            first, second = lessons[:2]
            ids = [question["id"] for question in first.questions]
            with pytest.raises(Refused, match="422"):
                await app.submit(first.id, 5, ids)
            with pytest.raises(Refused, match="422"):
                await submit(app, first, None)
            with pytest.raises(Refused, match="422"):
                await submit(app, first, {})
            with pytest.raises(Refused, match="409"):
                await submit(app, second, right_answers(second))
            passed = await submit(app, first, right_answers(first))
            assert (passed.total_xp, passed.next_level_id) == (first.xp_reward, second.id)


async def test_all_six_types_are_graded(six_types: Service, owner: Truth) -> None:
    """A pack of all six types is walked on answers alone: wrong and missing ones fail, right ones complete each level."""
    [learner_id] = await add_learners(owner, 1)
    lessons = read_lessons(SIX_TYPES, newest=True)
    assert {question["type"] for lesson in lessons for question in lesson.questions} == {
        *("multiple_choice", "fill_blank", "word_bank", "matching", "true_false", "ordering")
    }
    total = 0
    async with connect(six_types.api) as http:
        app = FlutterApp(http, token(learner_id))
        for lesson in lessons:
            count = len(lesson.questions)
            for bad in (wrong_answers(lesson), dict.fromkeys(right_answers(lesson))):
                failed = await submit(app, lesson, bad)
                check_results(failed, lesson, [False] * count)
                assert (failed.status, failed.total_xp) == ("UNLOCKED", total)
            passed = await submit(app, lesson, right_answers(lesson))
            check_results(passed, lesson, [True] * count)
            total += lesson.xp_reward
            assert (passed.status, passed.total_xp) == ("COMPLETED", total)
            assert passed.next_level_id == lesson.opens
        assert set((await app.state()).values()) == {"COMPLETED"}


async def test_other_accepted_answers_pay_and_are_told_to_nobody(six_types: Service, owner: Truth) -> None:
    """An answer from `accepted` is right, and no route, an admin's export included, ever shows those of the pack."""
    lesson = read_lessons(SIX_TYPES)[0]
    blank = next(question for question in lesson.questions if question["type"] == "fill_blank")
    admin = await owner.fetchval("INSERT INTO users (username, name, role) VALUES ('b', 'B', 'admin') RETURNING id")
    async with connect(six_types.api) as http:
        app = FlutterApp(http, token(admin))
        for accepted in accepted_texts(blank["payload"]):
            passed = await submit(app, lesson, right_answers(lesson) | {blank["id"]: f"{accepted.upper()}. "})
            check_results(passed, lesson, [True] * len(lesson.questions))
        known = {"section_id": "simpul", "unit_id": "simpul_u1", "level_id": lesson.id, "user_id": admin}
        ids = defaultdict(lambda: "1", known)
        endless = {"GET /api/v1/leaderboard/stream"}
        readable = [route for route in ROWS if route.startswith("GET ") and route not in endless]
        for method, path in (
            route.split() for route in [*readable, f"POST {API}/training/levels/{{level_id}}/attempts"]
        ):
            answer = await http.request(method, six_types.url + path.format_map(ids), headers=app.signed)
            assert answer.status_code < 400 or path.startswith(("/media", "/docs/assets")), path
            for accepted in blank["payload"]["accepted"]:
                assert accepted not in answer.text, path


async def test_clients_that_grade_get_all_that_is_accepted(
    six_types: Service, stores: StoreUrls, tmp_path: Path
) -> None:
    """Beside a service that grades, one with client grading shows the pack's own payloads, other accepted answers too."""
    with serve(stores, tmp_path / "client") as service:
        async with connect(service.api) as http:
            for lesson in read_lessons(SIX_TYPES):
                shown = await FlutterApp(http).questions(lesson.id)
                assert [question.payload for question in shown] == [each["payload"] for each in lesson.questions]


async def test_answers_of_another_kind_are_422(six_types: Service, owner: Truth) -> None:
    """An answer of another type's kind, for another question, or not for all is 422, on a locked level too."""
    [learner_id] = await add_learners(owner, 1)
    await owner.execute(
        """INSERT INTO user_progress (user_id, level_id, status, score, correct_answers, total_questions, time_spent_seconds)
           VALUES ($1, 'simpul_u1_l1', 'COMPLETED', 0, 0, 0, 0)""",
        learner_id,
    )
    kinds: list[Any] = ["x", True, ["x"], {"x": "x"}, 1, 1.5, [1], {"x": 1}, [["x"]], [None]]
    taken: set[tuple[str, str]] = set()
    statuses: set[int] = set()
    async with connect(six_types.api) as http:
        app = FlutterApp(http, token(learner_id))
        for lesson in read_lessons(SIX_TYPES, newest=True):
            right = right_answers(lesson)
            for question in lesson.questions:
                for kind in kinds:
                    answers = dict.fromkeys(right) | {question["id"]: kind}
                    body = {"level_id": lesson.id, "answers": answers, "attempt_id": await start(app, lesson)}
                    answer = await http.post("/training/progress/submit", json=body, headers=app.signed)
                    statuses.add(answer.status_code)
                    if answer.status_code == 200:
                        taken.add((question["type"], str(kind)))
            missing = dict(list(right.items())[1:])
            for bad in (missing, right | {"q_jejak_u9_l9_09": "x"}, {**missing, "q_jejak_u9_l9_09": "x"}):
                with pytest.raises(Refused, match="422"):
                    await submit(app, lesson, bad)
    assert statuses == {200, 409, 422}
    assert taken == {
        ("multiple_choice", "x"),
        ("fill_blank", "x"),
        ("word_bank", "['x']"),
        ("matching", "{'x': 'x'}"),
        ("true_false", "True"),
        ("ordering", "['x']"),
    }
    assert await owner.fetchval("SELECT count(*) FROM xp_ledger") == 0


async def test_what_is_shown_is_shuffled_each_time(six_types: Service, owner: Truth) -> None:
    """Over many fetches every option, word, item and pair stands in every place, so that no place tells the key."""
    orders: dict[str, set[tuple[str, ...]]] = {}
    pairings: dict[str, set[tuple[int, ...]]] = {}
    lessons = read_lessons(SIX_TYPES, newest=True)
    learners = await add_learners(owner, 2)  # more attempts than one may start in a minute
    async with connect(six_types.api) as http:
        for n in range(TRIES):
            app = FlutterApp(http, token(learners[n % 2]))
            for lesson in lessons:
                shown = await app.send("POST", f"/training/levels/{lesson.id}/attempts", {"kinds": [*SHOWN]})
                for question, written in zip(shown["questions"], lesson.questions, strict=True):
                    assert question.pop("media") is question.pop("question_en") is None
                    check_hidden(question, written)
                    payload = question["payload"]
                    for name in payload.keys() - {"case_sensitive"}:
                        orders.setdefault(f"{written['id']}.{name}", set()).add(tuple(payload[name]))
                    if written["type"] == "matching":
                        partner = {pair["left"]: pair["right"] for pair in written["payload"]["pairs"]}
                        places = tuple(payload["right"].index(partner[left]) for left in payload["left"])
                        pairings.setdefault(written["id"], set()).add(places)
    assert len(orders) == 5, "options, words, items, and both sides of the pairs"
    for where, seen in orders.items():
        texts = set(next(iter(seen)))
        for place in range(len(texts)):
            assert {order[place] for order in seen} == texts, where
    assert pairings == {"q_simpul_u1_l2_02": set(permutations(range(2)))}


async def submit(app: FlutterApp, lesson: Lesson, answers: dict[str, Any] | None, **counts: int) -> Outcome:
    """A submission with answers, to an attempt that was started for it."""
    body = {"level_id": lesson.id, "answers": answers, "attempt_id": await start(app, lesson), **counts}
    return await app.send_attempt(body)


async def start(app: FlutterApp, lesson: Lesson) -> str:
    """The id of a new attempt."""
    started = await app.http.post(f"/training/levels/{lesson.id}/attempts", headers=app.signed)
    assert started.status_code == 201
    attempt_id: str = started.json()["attempt_id"]
    return attempt_id


def check_results(answer: Outcome, lesson: Lesson, verdicts: list[bool]) -> None:
    """One verdict a question, in order, each with the pack's explanation."""
    results = answer.results or []
    assert [(result.question_id, result.correct, result.explanation) for result in results] == [
        (question["id"], verdict, question["explanation"].strip())
        for question, verdict in zip(lesson.questions, verdicts, strict=True)
    ]
