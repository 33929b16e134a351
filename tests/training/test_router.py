"""What a learner reached, level by level, and attempts at whole sections."""

from __future__ import annotations

import gzip

from scout_os.training.router import SECTION_ATTEMPTS
from tests.contract.answers import check_hidden, right_answers
from tests.contract.packs import Lesson
from tests.learners import submit_answers
from tests.service import Service, Truth, add_learners, attempt

ATTEMPTS = "/training/sections/puk/attempts"


async def test_stars_and_bests_follow_the_best_attempt(service: Service, truth: Truth) -> None:
    """Each level ever tried shows its best attempt and stars, nobody else's, and the one left off at is named."""
    learner, other = await add_learners(truth, 2)
    async with service.client(learner) as client, service.client(other) as others:
        untouched = (await client.get("/training/progress/levels")).json()
        for level_id, correct in (
            ("puk_u1_l1", 3),
            ("puk_u1_l1", 5),
            ("puk_u1_l1", 2),
            ("puk_u1_l2", 4),
            ("nav_u1_l1", 0),
        ):
            answer = await client.post("/training/progress/submit", json=attempt(level_id, correct))
            assert answer.status_code == 200
        await others.post("/training/progress/submit", json=attempt("puk_u2_l1", 5))
        everywhere = (await client.get("/training/progress/levels")).json()
        section = (await client.get("/training/progress/levels?section_id=puk")).json()
        assert (await client.get("/training/progress/levels?section_id=none")).status_code == 404
    assert untouched == {"success": True, "section_id": None, "last_level_id": None, "levels": {}}
    assert everywhere["last_level_id"] == "nav_u1_l1"
    assert section["last_level_id"] == "puk_u1_l2"
    passed = {"completed": True, "total_questions": 5}
    assert section["levels"] == {
        "puk_u1_l1": {**passed, "stars": 3, "best_correct": 5, "attempts": 3, "xp_earned": 10},
        "puk_u1_l2": {**passed, "stars": 2, "best_correct": 4, "attempts": 1, "xp_earned": 14},
    }
    assert everywhere["levels"].keys() - section["levels"].keys() == {"nav_u1_l1"}
    assert (everywhere["levels"]["nav_u1_l1"]["stars"], everywhere["levels"]["nav_u1_l1"]["completed"]) == (0, False)


async def test_a_sections_attempts_are_as_good_as_those_of_its_levels(
    grader: Service, learner: int, lessons: list[Lesson]
) -> None:
    """One request starts an attempt at each level, locked ones too, without a key; each is graded, once, in its turn."""
    section = [lesson for lesson in lessons if lesson.section_id == "puk"]
    async with grader.client(learner) as client:
        answer = await client.post(ATTEMPTS)
        assert answer.status_code == 201
        started = answer.json()
        assert started["section_id"] == "puk"
        assert [each["level_id"] for each in started["attempts"]] == [lesson.id for lesson in section]
        assert len({each["attempt_id"] for each in started["attempts"]}) == len(section)
        for each, lesson in zip(started["attempts"], section, strict=True):
            for shown, written in zip(each["questions"], lesson.questions, strict=True):
                check_hidden(shown, written)
        for each, lesson in zip(started["attempts"][:3], section, strict=False):
            graded = await submit_answers(client, lesson.id, right_answers(lesson), each["attempt_id"])
            assert graded.json()["xp_earned"] == lesson.xp_reward
        again = await submit_answers(
            client, section[0].id, right_answers(section[0]), started["attempts"][0]["attempt_id"]
        )
        assert again.json()["code"] == "attempt_used"
        assert (await client.post("/training/sections/nope/attempts")).status_code == 404


async def test_attempts_are_sent_compressed_to_who_can_read_it(grader: Service, learner: int) -> None:
    """With gzip they are less than a third as long, and no cache may keep them."""
    async with grader.client(learner) as client:
        plain = await client.post(ATTEMPTS, headers={"Accept-Encoding": "identity"})
        async with client.stream("POST", ATTEMPTS, headers={"Accept-Encoding": "gzip"}) as answer:
            sent = b"".join([chunk async for chunk in answer.aiter_raw()])
    assert "content-encoding" not in plain.headers
    assert len(sent) * 3 < len(gzip.decompress(sent)) == len(plain.content)
    assert (answer.headers["cache-control"], answer.headers["vary"]) == ("no-store", "Accept-Encoding")


async def test_attempts_at_sections_have_a_limit_of_their_own(service: Service, learner: int) -> None:
    """Whoever starts them without end is told to wait, and may do everything else."""
    async with service.client(learner) as client:
        answers = [(await client.post(ATTEMPTS)).status_code for _ in range(SECTION_ATTEMPTS.burst + 5)]
        assert (await client.post("/training/levels/puk_u1_l1/attempts")).status_code == 201
    assert answers[0] == 201
    assert answers[-1] == 429
