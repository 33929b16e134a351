"""Submissions that must be refused, each with its own status, and never with a 500."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.flutter import FlutterApp, read_error
from tests.contract.test_bodies import SUBMIT, send
from tests.service import Truth, attempt

IDS = [f"q_puk_u1_l1_{number:02}" for number in range(1, 6)]
OTHERS = "q_puk_u1_l2_01"
RECORDED = ["score", "total_questions", "time_spent_seconds"]
NO_COUNTS = ["-1", str(2**63), str(-(2**63) - 1), str(2**64), "1" + "0" * 40, "9" * 5000, "-" + "9" * 5000]
NO_COUNTS += ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1.5", "true", "false"]
NO_COUNTS += ['"5"', '""', "[]", "[5]", "{}", '"5 "', "null"]


CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "fewer than none": {"correct_answers": -1},
    "more than the level has": {"correct_answers": 6, "score": 6},
    "more, with a total that would allow it": {"correct_answers": 6, "score": 6, "total_questions": 6},
    "far more": {"correct_answers": 2**63 - 1},
    "more right than ids": {"correct_question_ids": IDS[:4]},
    "fewer right than ids": {"correct_answers": 3, "correct_question_ids": IDS},
    "no ids but right answers": {"correct_question_ids": []},
    "ids but no right answer": {"correct_answers": 0, "correct_question_ids": IDS[:1]},
    "an id of another level": {"correct_question_ids": [*IDS[:4], OTHERS]},
    "an id of nothing": {"correct_question_ids": [*IDS[:4], "q_puk_u1_l1_99"]},
    "an id in another spelling": {"correct_question_ids": [*IDS[:4], IDS[4].upper()]},
    "an empty id": {"correct_question_ids": [*IDS[:4], ""]},
    "the same id twice": {"correct_question_ids": [*IDS[:4], IDS[0]]},
    "the same id twice, counted once": {"correct_answers": 4, "correct_question_ids": [*IDS[:4], IDS[0]]},
    "a number for an id": {"correct_question_ids": [*IDS[:4], 5]},
    "null for an id": {"correct_question_ids": [*IDS[:4], None]},
    "a text for the ids": {"correct_question_ids": IDS[0]},
    "an object for the ids": {"correct_question_ids": dict.fromkeys(IDS, True)},
    "too many ids": {"correct_question_ids": IDS * 500},
    "half a letter for an id": {"correct_question_ids": [*IDS[:4], "\ud800"]},
    "a number for the level": {"level_id": 1},
    "no text for the level": {"level_id": None},
    "a long level": {"level_id": "x" * 201},
    "half a letter for the level": {"level_id": "puk_u1_l1\ud800"},
    "a list of answers": {"answers": []},
    "answers of another level": {"answers": {OTHERS: "Inggris"}},
    "answers for some": {"answers": {IDS[0]: "London"}},
    "a number for an answer": {"answers": dict.fromkeys(IDS, 5)},
    "answers of the wrong kind": {"answers": dict.fromkeys(IDS, True)},
    "half a letter for an answer": {"answers": dict.fromkeys(IDS, "\udfff")},
    "user_id": {"user_id": 1},
    "status": {"status": "COMPLETED"},
    "xp": {"xp": 10},
    "xp_reward": {"xp_reward": 10},
    "min_correct": {"min_correct": 0},
    "streak": {"streak": 9},
    "an empty name": {"": 1},
    "a name in another case": {"Level_Id": "puk_u1_l1"},
    "a name of no letters": {"\ud800": 1},
}
"""What fits no level's content, or is no field of a submission, by name."""


def contradictions() -> dict[str, str]:
    whole = attempt("puk_u1_l1", 5)
    return {what: json.dumps(whole | change) for what, change in CONTRADICTIONS.items()}


def bad_numbers() -> dict[str, str]:
    """Bodies whose count of right answers is none, by name."""
    return {f"{number[:20]} ({len(number)})": body_with("correct_answers", number) for number in NO_COUNTS}


def body_with(name: str, number: str) -> str:
    """A submission with this number, written out, because no encoder writes such ones."""
    fields = {field: json.dumps(value) for field, value in attempt("puk_u1_l1", 5).items()} | {name: number}
    return "{" + ", ".join(f'"{field}": {value}' for field, value in fields.items()) + "}"


def missing_fields() -> dict[str, str]:
    """Bodies without a field that must be there."""
    whole = attempt("puk_u1_l1", 5)
    needed = ("level_id", "correct_answers")
    return {name: json.dumps({key: value for key, value in whole.items() if key != name}) for name in needed}


@pytest.mark.parametrize("make_bodies", [contradictions, bad_numbers, missing_fields])
async def test_bad_submissions_are_422(
    learner: FlutterApp, truth: Truth, make_bodies: Callable[[], dict[str, str]]
) -> None:
    """Counts and ids that contradict the level, numbers that are no counts, unknown and missing fields: nothing is recorded."""
    bodies = make_bodies()
    assert await statuses(learner, bodies) == dict.fromkeys(bodies, 422)
    await nothing_happened(truth)


@pytest.mark.parametrize("name", RECORDED)
async def test_what_decides_nothing_costs_no_level(learner: FlutterApp, truth: Truth, name: str) -> None:
    """Whatever stands in a field that is only recorded, the level counts; what is no count is recorded as 0, 12.7 as 12.

    Numbers that no JSON parser reads are not meant here.
    """
    odd = [number for number in NO_COUNTS if len(number) < 4000]
    for number in [*odd, "-3600", "12.7", "5.0", "5e0", "12"]:
        await truth.execute("DELETE FROM user_progress")
        [status] = (await statuses(learner, {"body": body_with(name, number)})).values()
        assert status == 200, number
        recorded = await truth.fetchval(f"SELECT {name} FROM user_progress")
        unsent = 0 if name == "time_spent_seconds" else 5
        expected = {"12.7": 12, "12": 12, "1.5": 1, "5.0": 5, "5e0": 5, "null": unsent}.get(number, 0)
        assert recorded == expected, number
    left_out = {key: value for key, value in attempt("puk_u2_l1", 5).items() if key != name}
    assert await statuses(learner, {"left out": json.dumps(left_out)}) == {"left out": 200}


@pytest.mark.parametrize("number", ["5.0", "5e0", "50e-1"])
async def test_a_whole_double_is_an_integer(learner: FlutterApp, truth: Truth, number: str) -> None:
    """JSON has one kind of number: 5.0 right answers are five."""
    assert await statuses(learner, {"double": body_with("correct_answers", number)}) == {"double": 200}
    assert await truth.fetchval("SELECT correct_answers FROM user_progress") == 5
    hearts = await send(learner, "POST", f"/users/{(await learner.me()).id}/hearts/decrement", b'{"amount": 2.0}')
    stats = await send(learner, "PUT", "/users/me/stats", b'{"streak": 0.0, "last_active_date": null}')
    assert (hearts.json()["data"]["hearts"], stats.status_code) == (3, 200)


async def test_levels_that_are_not_there_or_not_open(learner: FlutterApp, truth: Truth) -> None:
    """An unknown level is 404 and a locked one 409, also when the counts would be wrong for any level's content."""
    expected = dict.fromkeys(["puk_u1_l99", "nope", "", "PUK_U1_L1", "puk_u1_l1 ", "puk_u1", "puk_u1_l1\u0000"], 404)
    expected |= dict.fromkeys(["puk_u1_l2", "puk_u5_l5", "tali_u1_l2"], 409)
    bodies = {level: json.dumps(attempt(level, 5)) for level in expected}
    assert await statuses(learner, bodies) == expected
    await nothing_happened(truth)
    body = {"level_id": "puk_u1_l1", "score": 5, "total_questions": 5, "correct_answers": 5}
    assert await statuses(learner, {"good": json.dumps(body)}) == {"good": 200}


async def statuses(app: FlutterApp, bodies: dict[str, str]) -> dict[str, int]:
    """The status that each body gets, every refusal being in the one shape that the client reads."""
    seen = {}
    for what, body in bodies.items():
        answer = await send(app, *SUBMIT, body.encode())
        if not answer.is_success:
            read_error(answer)
        seen[what] = answer.status_code
    return seen


async def nothing_happened(truth: Truth) -> None:
    """No attempt, no award, no streak."""
    assert await truth.fetchval("SELECT count(*) FROM user_progress") == 0
    assert await truth.fetchval("SELECT count(*) FROM xp_ledger") == 0
    assert await truth.fetchval("SELECT count(*) FROM activity_days") == 0
    assert await truth.fetchval("SELECT sum(total_xp + streak) FROM users") == 0
