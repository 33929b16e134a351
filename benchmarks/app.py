"""The service itself with two routes more: controls that run in the very process they are compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, Header, Request, Response

from scout_os.app import create_app as create_product
from scout_os.core.seals import Seals
from scout_os.dependencies import CurrentIdentity, UnconfirmedToken, services_of
from scout_os.routing import FastRoute, JsonAnswer
from scout_os.settings import Settings
from scout_os.training.group_commit import GroupCommit
from scout_os.training.issued_attempts import IssuedAttempts
from scout_os.training.repository import TrainingRepository
from scout_os.training.router import submit_progress
from scout_os.training.schemas import SubmitBody
from scout_os.training.service import TrainingService
from scout_os.wiring import Services

NOTHING = b'{"success":true,"message":"nothing was done"}'
ALONE_AT_ONCE = 12
"""As many transactions at once as the service had before it wrote attempts together."""

router = APIRouter(prefix="/bench", include_in_schema=False, route_class=FastRoute)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The product's application and, in front of its routes so that they are found at once, the controls."""
    app = create_product(settings)
    app.state.fast_routes.add(router.routes)
    return app


@router.get("/nothing")
async def do_nothing(_: CurrentIdentity) -> Response:
    """H0: all that the service does around an answer, and no answer."""
    return JsonAnswer(NOTHING)


async def _alone(request: Request) -> Services:
    app: FastAPI = request.app
    found: Services | None = getattr(app.state, "alone", None)
    if found is None:
        found = app.state.alone = _without_group_commit(services_of(request))
    return found


@router.post("/submit-alone")
async def submit_alone(
    body: SubmitBody,
    services: Annotated[Services, Depends(_alone)],
    learner: UnconfirmedToken,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Response:
    """G1: the product's own route, each attempt in a transaction of its own."""
    return await submit_progress(body, services, learner, idempotency_key)


def _without_group_commit(services: Services) -> Services:
    repository = TrainingRepository(services.database)
    training = TrainingService(
        library=services.library,
        repository=repository,
        group_commit=GroupCommit(
            repository=repository, board=services.fast_path, batch=1, batches_at_once=ALONE_AT_ONCE
        ),
        attempts=IssuedAttempts(Seals(b"bench", key=b"bench", clock=services.clock), services.clock),
        time_seals=services.time_seals,
        clock=services.clock,
        grading="client",
    )
    return replace(services, training=training)
