"""Who meets whom at which learner, and what must have come of it in any order."""

from __future__ import annotations

import json

from scout_os.core.problems import Unauthenticated
from scout_os.training.models import Written
from tests.chaos.interleaved import BEFORE, DRAIN, REBUILD, REWARD, Cast, Scene
from tests.chaos.interleaving import Session

LOWER = -60
LEVELS = ("puk_u1_l1", "puk_u2_l1")
DRAIN_IN_FOUR = (*DRAIN, "DELETE FROM board_outbox")
REBUILD_IN_FOUR = tuple(step for step in REBUILD if step != "add_chunk")


async def two_devices(actors: Cast) -> Scene:
    """One level under two keys: one is paid."""
    learner = await actors.arrive()
    sessions = [actors.submit(0, learner, "phone"), actors.submit(1, learner, "tablet")]

    async def judge() -> None:
        assert sorted(earned(session) for session in sessions) == [0, REWARD]
        assert await actors.total(learner) == BEFORE + REWARD

    return Scene(sessions, judge)


async def two_levels(actors: Cast) -> Scene:
    """Both pay, and the lower total of the two never stays on the board."""
    learner = await actors.arrive()
    sessions = [actors.submit(worker, learner, level, level=level) for worker, level in enumerate(LEVELS)]

    async def judge() -> None:
        assert [earned(session) for session in sessions] == [REWARD, REWARD]
        assert await actors.total(learner) == BEFORE + 2 * REWARD

    return Scene(sessions, judge)


async def one_key(actors: Cast) -> Scene:
    """One request twice: one answer, byte for byte."""
    learner = await actors.arrive()
    sessions = [actors.submit(0, learner, "same"), actors.submit(1, learner, "same")]

    async def judge() -> None:
        answers = [session.result for session in sessions]
        assert answers[0].answer == answers[1].answer
        assert sorted(answer.replayed for answer in answers) == [False, True]
        assert await actors.total(learner) == BEFORE + REWARD

    return Scene(sessions, judge)


async def submit_and_correct(actors: Cast) -> Scene:
    """Both count, and a late write of the award does not undo the correction on the board."""
    learner = await actors.arrive()
    submit, correct = actors.submit(0, learner, "key"), actors.correct(1, learner, LOWER)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert correct.result.total_xp in (BEFORE + LOWER, BEFORE + REWARD + LOWER)
        assert await actors.total(learner) == BEFORE + REWARD + LOWER

    return Scene([submit, correct], judge)


async def submit_and_delete(actors: Cast) -> Scene:
    """The submission was first, and is on the ledger, or is refused; either way nothing is left of the learner."""
    learner = await actors.arrive()
    submit, delete = actors.submit(0, learner, "key"), await actors.delete(1, learner)

    async def judge() -> None:
        assert delete.result is None
        refused = isinstance(submit.result, Unauthenticated)
        assert refused or earned(submit) == REWARD
        assert await actors.total(learner) == BEFORE + (0 if refused else REWARD)
        assert await actors.traces(learner) == 0

    return Scene([submit, delete], judge)


async def submit_and_rebuild(actors: Cast) -> Scene:
    """The snapshot may be older than the award; the board that is swapped in is not."""
    learner = await actors.arrive()
    submit, rebuild = actors.submit(0, learner, "key"), actors.rebuild(1)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert rebuild.result >= 1

    return Scene([submit, rebuild], judge)


async def drain_and_drain(actors: Cast) -> Scene:
    """Two workers drain: what one has in hand the other leaves alone, and neither breaks the chain."""
    for _ in range(2):
        await actors.arrive(waiting=True)
    sessions = [actors.drains(0), actors.drains(1)]

    async def judge() -> None:
        assert {session.result for session in sessions} <= {"merged", None}
        assert any(session.result for session in sessions)

    return Scene(sessions, judge)


async def submit_and_drain(actors: Cast) -> Scene:
    """A drain that has read the learner's old total, or not seen the new row, leaves the rest for the next."""
    learner = await actors.arrive(waiting=True)
    submit, drain = actors.submit(0, learner, "key"), actors.drains(1)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert drain.result == "merged"

    return Scene([submit, drain], judge)


async def correct_and_drain(actors: Cast) -> Scene:
    """A drain that has read the total of before the correction does not bring it back."""
    learner = await actors.arrive(waiting=True)
    correct, drain = actors.correct(0, learner, LOWER), actors.drains(1)

    async def judge() -> None:
        assert (correct.result.total_xp, drain.result) == (BEFORE + LOWER, "merged")

    return Scene([correct, drain], judge)


async def drain_and_rebuild(actors: Cast) -> Scene:
    """What a drain brings while the build is filled is in both, and the chain reaches the board that is swapped in."""
    await actors.arrive(waiting=True)
    drain, rebuild = actors.drains(0), actors.rebuild(1)

    async def judge() -> None:
        assert drain.result in ("merged", None)
        assert rebuild.result >= 1

    return Scene([drain, rebuild], judge)


async def two_submits_and_a_drain(actors: Cast) -> Scene:
    """Of two learners, while a third waits: whichever commits last, no drain passes it over."""
    await actors.arrive(waiting=True)
    learners = [await actors.arrive() for _ in range(2)]
    submits = [actors.submit(worker, learner, "key") for worker, learner in enumerate(learners)]
    drain = actors.drains(2, DRAIN_IN_FOUR)

    async def judge() -> None:
        assert [earned(session) for session in submits] == [REWARD, REWARD]
        assert drain.result == "merged"

    return Scene([*submits, drain], judge)


async def submit_drain_and_rebuild(actors: Cast) -> Scene:
    """What is committed after the snapshot and drained before the swap is on the board that is swapped in."""
    learner = await actors.arrive()
    await actors.arrive(waiting=True)
    submit = actors.submit(0, learner, "key")
    drain, rebuild = actors.drains(1, DRAIN_IN_FOUR), actors.rebuild(2, REBUILD_IN_FOUR)

    async def judge() -> None:
        assert earned(submit) == REWARD
        assert drain.result in ("merged", None)
        assert rebuild.result >= 1

    return Scene([submit, drain, rebuild], judge)


PAIRS = [
    two_devices,
    two_levels,
    one_key,
    submit_and_correct,
    submit_and_delete,
    submit_and_rebuild,
    drain_and_drain,
    submit_and_drain,
    correct_and_drain,
    drain_and_rebuild,
]
TRIOS = [two_submits_and_a_drain, submit_drain_and_rebuild]


def earned(session: Session) -> int:
    """What a submission was told to have earned."""
    result = session.result
    assert isinstance(result, Written), repr(result)
    paid: int = json.loads(result.answer)["xp_earned"]
    return paid
