"""Training's use cases: see the path, see the questions, submit an attempt."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from uuid import uuid4

from scout_os.core.clock import Clock
from scout_os.core.failpoints import hit
from scout_os.core.gate import Gate, Turns
from scout_os.training.grading import without_key
from scout_os.training.library import Library
from scout_os.training.models import Attempt, Award, BoardUpdates, Level, LevelStatus, Payload, Question, Section
from scout_os.training.repository import TrainingRepository
from scout_os.training.rules import level_status, passes
from scout_os.training.schemas import GradedSubmitAnswer, SubmitAnswer, SubmitBody
from scout_os.training.submission import Verdict, fingerprint, judge

Grading = Literal["client", "server"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer's body, and whether it is the kept one of an earlier request with the same key."""

    body: bytes
    replayed: bool


class TrainingService:
    """What a learner does with the content. Told of the board only that scores change."""

    def __init__(
        self,
        *,
        library: Library,
        repository: TrainingRepository,
        board: BoardUpdates,
        clock: Clock,
        grading: Grading,
        turns: Turns,
        admission: Gate,
        shuffle: Callable[[], random.Random] = random.SystemRandom,
    ) -> None:
        self.library = library
        self._repository = repository
        self._board = board
        self._clock = clock
        self._grading = grading
        self._turns = turns
        self._admission = admission
        self._shuffle = shuffle

    async def list_statuses(self, section: Section | None, user_id: int | None) -> dict[str, LevelStatus]:
        """Status by level id, for `section` or for all, evaluated from the learner's progress now. Writes nothing."""
        completed = await self._repository.list_completed(user_id) if user_id is not None else set()
        sections = self.library.catalog.sections if section is None else (section,)
        levels = (level for part in sections for unit in part.units for level in unit.levels)
        return {level.id: level_status(level, completed) for level in levels}

    def shown_payload(self, question: Question) -> Payload:
        """The payload as a learner may see it: with its key only where clients grade."""
        return question.payload if self._grading == "client" else without_key(question, self._shuffle())

    async def submit(self, user_id: int, body: SubmitBody, idempotency_key: str | None) -> Submitted:
        """Judge an attempt, write it, and pay the level if it is passed for the first time.

        Raises `UnknownLevel`, `AttemptInvalid`, `LevelLocked`, `KeyReused`, `Unauthenticated`; after `Unavailable`
        the outcome is unknown, and sending the same request with the same key again is safe.
        """
        request = fingerprint(body)
        async with self._turns.of(user_id), self._admission.enter():
            if idempotency_key is not None:
                kept = await self._repository.find_answer(user_id, idempotency_key, request)
                if kept is not None:
                    return Submitted(kept, replayed=True)
            level = self.library.get_level(body.level_id)
            verdict = judge(level, body, answers_required=self._grading == "server")
            attempt = Attempt(
                submission_id=uuid4(),
                at=self._clock.now(),
                user_id=user_id,
                level=level,
                passed=passes(level, verdict.correct_answers),
                correct_answers=verdict.correct_answers,
                score=verdict.score,
                total_questions=verdict.total_questions,
                time_spent_seconds=body.time_spent_seconds,
                idempotency_key=idempotency_key,
                fingerprint=request,
            )
            answer, award = await self._repository.award(attempt, lambda award: self._render(attempt, verdict, award))
        if award is not None and award.change is not None:
            hit("award_after_commit")
            await self._board.update_user_score(award.change)  # after the commit, never before
        return Submitted(answer, replayed=award is None)

    def _render(self, attempt: Attempt, verdict: Verdict, award: Award) -> bytes:
        answer = {
            "level_id": attempt.level.id,
            "status": "COMPLETED" if award.completed else "UNLOCKED",
            "score": verdict.score,
            "correct_answers": verdict.correct_answers,
            "total_questions": verdict.total_questions,
            "xp_earned": award.paid,
            "total_xp": award.total_xp,
            "streak": award.streak,
            "longest_streak": award.longest_streak,
            "next_level_id": self._unlocked_by(attempt.level) if attempt.passed else None,
        }
        if verdict.results is None:
            return SubmitAnswer.model_validate(answer).model_dump_json().encode()
        return GradedSubmitAnswer.model_validate(answer | {"results": verdict.results}).model_dump_json().encode()

    def _unlocked_by(self, level: Level) -> str | None:
        return self.library.catalog.unlocked_by.get(level.id)
