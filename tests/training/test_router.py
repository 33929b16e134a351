"""What a learner reached, level by level."""

from __future__ import annotations

from tests.service import Service, Truth, add_learners, attempt


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
    assert section["levels"] == {
        "puk_u1_l1": {"stars": 3, "best_correct": 5, "total_questions": 5, "attempts": 3, "xp_earned": 10},
        "puk_u1_l2": {"stars": 2, "best_correct": 4, "total_questions": 5, "attempts": 1, "xp_earned": 14},
    }
    assert everywhere["levels"].keys() - section["levels"].keys() == {"nav_u1_l1"}
    assert everywhere["levels"]["nav_u1_l1"]["stars"] == 0
