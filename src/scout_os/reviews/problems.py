"""Why a review is refused."""

from scout_os.core.problems import NotFound, Problem


class UnknownReview(NotFound):
    """No flag has this id."""

    code = "unknown_review"
    detail = "There is no such review."


class ReviewClosed(Problem):
    """The review is already closed with another verdict, which stays."""

    status = 409
    code = "review_closed"
    detail = "This review was closed with another verdict."
