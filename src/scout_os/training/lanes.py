"""Training's express lanes (see `core/express.py`): submissions, and one's own progress."""

from __future__ import annotations

from pydantic import ValidationError

from scout_os.core.express import ExpressAnswer, ExpressRequest, Lane, OpenServices
from scout_os.core.http import REPLAYED
from scout_os.core.limits.rules import READ, SUBMIT
from scout_os.core.problems import Invalid, NotFound, Unauthenticated
from scout_os.training.problems import AttemptOver
from scout_os.training.router import is_key
from scout_os.training.schemas import ProgressState, SubmitBody


async def submit_progress(services: OpenServices, request: ExpressRequest) -> ExpressAnswer | None:
    """As `router.submit_progress`, but that the award statement itself asks whether learner and token still count."""
    key = request.header(b"idempotency-key")
    if request.token is None or (key is not None and not is_key(key)):
        return None
    try:
        learner = services.authenticator.read_token(request.token)
        body = SubmitBody.model_validate_json(request.body)
    except (Unauthenticated, ValidationError):
        return None
    services.limits.admit(SUBMIT, learner.sessions)
    try:
        written = await services.training.submit(learner, body, key)
    except (Invalid, NotFound, AttemptOver):
        return None  # nothing was written; whoever asked may not even exist any more
    return ExpressAnswer(written.answer, ((REPLAYED.lower().encode(), b"true"),) if written.replayed else ())


async def get_progress_state(services: OpenServices, request: ExpressRequest) -> ExpressAnswer | None:
    """As `router.get_progress_state` without a section."""
    if request.token is None or request.query:
        return None
    try:
        learner = await services.authenticator.identify(request.token)
    except Unauthenticated:
        return None
    services.limits.admit(READ, learner.token.sessions)
    statuses = await services.training.list_statuses(None, learner.user_id)
    return ExpressAnswer(ProgressState(section_id=None, progress=statuses).model_dump_json().encode())


LANES: dict[tuple[str, str], Lane] = {
    ("POST", "/training/progress/submit"): submit_progress,
    ("GET", "/training/progress/state"): get_progress_state,
}
