"""Why a training request is refused."""

from scout_os.core.problems import Invalid, NotFound, Problem


class UnknownSection(NotFound):
    """No active section has this id."""

    code = "unknown_section"
    detail = "There is no such section."


class UnknownUnit(NotFound):
    """No active unit has this id."""

    code = "unknown_unit"
    detail = "There is no such unit."


class UnknownLevel(NotFound):
    """No active level has this id."""

    code = "unknown_level"
    detail = "There is no such level."


class LevelLocked(Problem):
    """The level's prerequisite is not completed; nothing was recorded or paid."""

    status = 409
    code = "level_locked"
    detail = "This level is locked."


class UnknownAttempt(NotFound):
    """No such attempt was issued to this learner for this level."""

    code = "unknown_attempt"
    detail = "There is no such attempt of yours at this level."


class AttemptOver(Problem):
    """The attempt has expired, or its level's content has changed since; nothing was recorded or paid."""

    status = 409
    code = "attempt_over"
    detail = "This attempt is over: start a new one."


class AttemptUsed(Problem):
    """The attempt was graded before; nothing was recorded or paid."""

    status = 409
    code = "attempt_used"
    detail = "This attempt was graded already: start a new one."


class SubmissionInvalid(Invalid):
    """The submission contradicts the level's content; nothing was recorded or paid."""

    code = "invalid_attempt"
