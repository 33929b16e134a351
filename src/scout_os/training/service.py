"""Training's use cases: show the path and the questions, issue attempts, take submissions."""

from __future__ import annotations

import os
import random
from datetime import datetime

from asyncpg.pgproto.pgproto import UUID

from scout_os.core.access_tokens import Verified
from scout_os.core.batcher import Batcher
from scout_os.core.clock import Clock
from scout_os.core.problems import Invalid, NotFound
from scout_os.core.seals import TimeSeals
from scout_os.training import views
from scout_os.training.grading import without_key
from scout_os.training.group_commit import GroupCommit
from scout_os.training.handouts import Handouts
from scout_os.training.issued_attempts import IssuedAttempts, Started
from scout_os.training.judging import answer_format, fingerprint, judge
from scout_os.training.library import Library
from scout_os.training.media import payload_out
from scout_os.training.models import (
    Best,
    Grading,
    IssuedAttempt,
    Level,
    Payload,
    Question,
    Submission,
    Written,
)
from scout_os.training.problems import AttemptOver, SubmissionInvalid
from scout_os.training.repository import TrainingRepository
from scout_os.training.rules import believed_done_at, passes
from scout_os.training.schemas import SubmitBody


class TrainingService:
    """What learners do with the content. Writes go through `GroupCommit`."""

    def __init__(
        self,
        *,
        library: Library,
        repository: TrainingRepository,
        group_commit: GroupCommit,
        attempts: IssuedAttempts,
        time_seals: TimeSeals,
        clock: Clock,
        grading: Grading,
    ) -> None:
        self.library = library
        self.handouts = Handouts(library, grading)
        self._repository = repository
        self._completed = Batcher(repository.list_completed)
        self._group_commit = group_commit
        self._attempts = attempts
        self._time_seals = time_seals
        self._clock = clock
        self._grading = grading

    async def path(self, section_id: str, user_id: int | None) -> bytes:
        """A section's path with the learner's statuses, as JSON; without a user, a newcomer's. Raises `UnknownSection`."""
        path = self.handouts.path(section_id)
        return path.fill(await self._completed.get(user_id) if user_id is not None else ())

    async def state(self, section_id: str | None, user_id: int) -> bytes:
        """The learner's status of each level, in one section or in all, as JSON. Raises `UnknownSection`."""
        state = self.handouts.state(section_id)
        return state.fill(await self._completed.get(user_id))

    async def list_bests(self, section_id: str | None, user_id: int) -> list[tuple[Level, Best]]:
        """The learner's best in each active level ever tried, in one section or in all; latest first."""
        known = {level.id: level for level in self.library.get_levels(section_id)}
        bests = await self._repository.list_bests(user_id)
        return [(known[best.level_id], best) for best in bests if best.level_id in known]

    def questions(self, level_id: str) -> bytes:
        """A level's questions as learners may see them, as JSON: with their keys only where clients grade.

        Raises `UnknownLevel`.
        """
        if self._grading == "client":
            return self.handouts.questions(level_id)
        return views.question_list(self.library.get_level(level_id), self.hidden_payload)

    def hidden_payload(self, question: Question) -> Payload:
        """The payload without its key, in a new unpredictable order."""
        return payload_out(without_key(question, random.SystemRandom()), with_key=False)

    def start_attempt(self, learner: Verified, level_id: str) -> Started:
        """Issue an attempt at a level, even at a locked one; raises `UnknownLevel`.

        It may be done without a network, after the levels before it. Whether the level is open is decided when it arrives.
        """
        return self._attempts.start(learner, self.library.get_level(level_id))

    def start_attempts(self, learner: Verified, section_id: str) -> list[Started]:
        """Issue an attempt at each level of a section, in the order of the path; raises `UnknownSection`."""
        return [self._attempts.start(learner, level) for level in self.library.get_levels(section_id)]

    async def submit(self, learner: Verified, body: SubmitBody, idempotency_key: str | None) -> Written:
        """Judge a submission, write it, and pay the level if it is passed for the first time.

        Raises `UnknownLevel`, `SubmissionInvalid`, `UnknownAttempt`, `AttemptOver`, `AttemptUsed`, `LevelLocked`,
        `KeyReused`, `Unauthenticated`. After `Unavailable` the outcome is unknown; a retry with the same key is safe.
        """
        request = fingerprint(body) if idempotency_key is not None else None
        try:
            submission = self._judged(learner, body, idempotency_key, request)
        except (Invalid, NotFound, AttemptOver):
            # The first request with this key may have been accepted before the content changed or the attempt expired.
            kept = await self._find_kept(learner, idempotency_key, request)
            if kept is None:
                raise
            return kept
        return await self._group_commit.write(submission)

    def _judged(
        self, learner: Verified, body: SubmitBody, idempotency_key: str | None, request: bytes | None
    ) -> Submission:
        level = self.library.get_level(body.level_id)
        verdict = judge(level, body, answers_required=self._grading == "server")
        issued = self._issued(learner, body, level)
        received_at = self._clock.now()
        passed = passes(level, verdict.correct_answers)
        next_level_id = self.library.catalog.unlocked_by.get(level.id) if passed else None
        return Submission(
            submission_id=UUID(os.urandom(16)),  # as `uuid4` does, a microsecond faster
            at=received_at,
            user_id=learner.user_id,
            level=level,
            passed=passed,
            correct_answers=verdict.correct_answers,
            score=verdict.score,
            total_questions=verdict.total_questions,
            time_spent_seconds=body.time_spent_seconds,
            done_at=self._done_at(body, issued, received_at),
            idempotency_key=idempotency_key,
            fingerprint=request,
            answer_format=answer_format(level, verdict, next_level_id, with_day="done_at" in body.model_fields_set),
            generation=learner.generation,
            account_key=learner.account_key,
            token_id=learner.token_id,
            issued=issued,
        )

    def _issued(self, learner: Verified, body: SubmitBody, level: Level) -> IssuedAttempt | None:
        """The attempt that answers belong to. Counts need none: where counts suffice, the client has the keys."""
        if body.answers is None:
            return None
        if body.attempt_id is not None:
            return self._attempts.read(body.attempt_id, learner, level)
        if self._grading == "server":
            raise SubmissionInvalid("attempt_id is required: start an attempt at the level first.")
        return None

    def _done_at(self, body: SubmitBody, issued: IssuedAttempt | None, received_at: datetime) -> datetime | None:
        if body.done_at is None:
            return None
        sealed_at = None if body.time_seal is None else self._time_seals.read(body.time_seal)
        issued_at = None if issued is None else issued.issued_at
        known = [at for at in (sealed_at, issued_at) if at is not None]
        return believed_done_at(body.done_at, max(known, default=None), received_at)

    async def _find_kept(self, learner: Verified, key: str | None, request: bytes | None) -> Written | None:
        if key is None or request is None:
            return None
        answer = await self._repository.find_answer(learner, key, request)
        return None if answer is None else Written(answer, replayed=True)
