"""The client walks the whole pack: every section, level and question."""

from __future__ import annotations

import pytest

from tests.contract.flutter import FlutterApp, Refused
from tests.contract.packs import Lesson
from tests.service import Truth

LEVELS = 125


async def test_one_learner_completes_every_level(
    learner: FlutterApp, learner_id: int, truth: Truth, lessons: list[Lesson]
) -> None:
    """Walking the path from level to level completes all 125 of them, and each step shows in answer, state and path."""
    assert len(lessons) == LEVELS
    expected = {lesson.id: "UNLOCKED" if lesson.level_number == 1 else "LOCKED" for lesson in lessons}
    total = 0
    for lesson in lessons:
        assert await learner.state() == expected
        total = await play(learner, lesson, total)
        expected[lesson.id] = "COMPLETED"
        if lesson.opens is not None:
            assert expected[lesson.opens] == "LOCKED"
            expected[lesson.opens] = "UNLOCKED"
        section = {other.id: expected[other.id] for other in lessons if other.section_id == lesson.section_id}
        assert (await learner.path(lesson.section_id)).statuses == section
        assert await learner.state(lesson.section_id) == section
    assert await learner.state() == dict.fromkeys(expected, "COMPLETED")
    assert total == sum(lesson.xp_reward for lesson in lessons) > 0
    assert (await learner.me()).total_xp == total
    assert (await learner.leaderboard()).mine == (1, total)
    assert await truth.fetchval("SELECT sum(amount) FROM xp_ledger WHERE user_id = $1", learner_id) == total
    assert learner.is_signed_in


async def play(learner: FlutterApp, lesson: Lesson, total: int) -> int:
    """Fail the level by one answer, then complete it, as the client would; returns the new total."""
    shown = {level.level_id: level for level in (await learner.path(lesson.section_id)).levels}[lesson.id]
    assert (shown.status, shown.xp_reward) == ("UNLOCKED", lesson.xp_reward)
    questions = [question.id for question in await learner.questions(lesson.id)]
    failed = await learner.submit(lesson.id, len(questions), questions[: lesson.min_correct - 1])
    assert (failed.status, failed.xp_earned, failed.total_xp) == ("UNLOCKED", 0, total)
    assert failed.next_level_id is None
    if lesson.opens is not None:
        with pytest.raises(Refused, match="409"):
            await learner.submit(lesson.opens, len(questions), [])

    passed = await learner.submit(lesson.id, len(questions), questions)
    assert (passed.status, passed.xp_earned) == ("COMPLETED", lesson.xp_reward)
    assert (passed.total_xp, passed.next_level_id) == (total + lesson.xp_reward, lesson.opens)
    assert passed.score == passed.correct_answers == passed.total_questions == len(questions)
    assert passed.streak == passed.longest_streak == 1
    return passed.total_xp


async def test_every_question_arrives_as_the_pack_has_it(guest: FlutterApp, lessons: list[Lesson]) -> None:
    """Text, type, order and key are the pack's, and the XP adds up to the level's reward."""
    assert len(lessons) == LEVELS
    assert min(len(lesson.questions) for lesson in lessons) == 5
    for lesson in lessons:
        questions = await guest.questions(lesson.id)
        assert [(question.id, question.order, question.type) for question in questions] == [
            (written["id"], written["order"], written["type"]) for written in lesson.questions
        ]
        for question, written in zip(questions, lesson.questions, strict=True):
            assert question.question == written["question"].strip()
            assert question.payload == written["payload"]
        assert sum(question.xp for question in questions) == lesson.xp_reward
        assert all(question.xp >= 0 for question in questions)
