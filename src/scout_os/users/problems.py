"""Why a request about users is refused."""

from scout_os.core.problems import Invalid, NotFound, Problem


class UsernameTaken(Problem):
    """Another user, perhaps a disabled one, has this username."""

    status = 409
    code = "username_taken"
    detail = "Username sudah dipakai (username already taken)"


class UnknownUser(NotFound):
    """No active user has this id or username."""

    code = "unknown_user"
    detail = "There is no active user with this id or username."


class DateInFuture(Invalid):
    """The day has not begun where the learner lives; nothing was changed."""

    code = "date_in_future"
    detail = "last_active_date is in the future."


class StreakNotBorne(Invalid):
    """The recorded activity is shorter than the streak claimed; nothing was changed."""

    code = "streak_not_borne"
    detail = "streak is longer than the recorded activity up to last_active_date."
