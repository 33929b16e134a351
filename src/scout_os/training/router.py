"""Training over HTTP: raw objects, as clients in the field parse them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from scout_os.core.http import REFUSALS, REPLAYED
from scout_os.core.limits.rules import MINUTE, OPEN_READ, Rule
from scout_os.core.prepared import NOT_MODIFIED, compressed_json
from scout_os.core.problems import NotFound
from scout_os.dependencies import (
    OPTIONAL_TOKEN,
    ClientAddress,
    CurrentIdentity,
    IdempotencyKey,
    OpenServices,
    OptionalIdentity,
    UnconfirmedToken,
)
from scout_os.routing import FastRoute, JsonAnswer, api_router, limited
from scout_os.training import views
from scout_os.training.media import PATH
from scout_os.training.schemas import (
    AttemptBody,
    AttemptOut,
    GradedSubmitAnswer,
    LevelList,
    LevelOut,
    PathOut,
    ProgressLevels,
    ProgressState,
    QuestionList,
    SectionAttempts,
    SectionContent,
    SectionList,
    SectionOut,
    SubmitAnswer,
    SubmitBody,
    UnitList,
    UnitOut,
)

router = api_router("/training", tags=["training"])
hot = api_router("/training", tags=["training"], route_class=FastRoute)
media = APIRouter(prefix=f"/{PATH}", tags=["training"], responses=REFUSALS)

IfNoneMatch = Annotated[str, Header(description="The `ETag` of an answer that is known already: then 304.")]
WithEnglish = Annotated[bool, Query(description="`false` leaves the English questions and explanations out.")]
AcceptEncoding = Annotated[str, Header(include_in_schema=False)]
SUBMIT = Rule("submit", 1200, MINUTE)
SECTION_ATTEMPTS = Rule("section-attempts", 60, MINUTE)
"""One is the work of about ten other requests."""
_DRAWING: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/svg+xml": {}}, "description": "The drawing, which never changes."},
    **NOT_MODIFIED,
}
_REPLAYED = ((REPLAYED.lower().encode(), b"true"),)


@router.get("/sections", response_model=SectionList, responses=NOT_MODIFIED)
async def list_sections(
    services: OpenServices, if_none_match: IfNoneMatch = "", accept_encoding: AcceptEncoding = ""
) -> Response:
    """All sections, in order."""
    return services.training.handouts.sections().answer(if_none_match, accept_encoding)


@router.get("/first-section/content", response_model=SectionContent, responses=NOT_MODIFIED)
async def get_first_content(
    services: OpenServices,
    english: WithEnglish = True,
    if_none_match: IfNoneMatch = "",
    accept_encoding: AcceptEncoding = "",
) -> Response:
    """The content of the first section, for an app that starts and knows no section yet."""
    return services.training.handouts.first_content(english=english).answer(if_none_match, accept_encoding)


@router.get("/sections/{section_id}")
async def get_section(section_id: str, services: OpenServices) -> SectionOut:
    """One section."""
    return SectionOut.model_validate(services.training.library.get_section(section_id))


@router.get("/sections/{section_id}/units")
async def list_units(section_id: str, services: OpenServices) -> UnitList:
    """A section's units, in order."""
    units = [UnitOut.model_validate(unit) for unit in services.training.library.get_section(section_id).units]
    return UnitList(total=len(units), section_id=section_id, units=units)


@router.get("/sections/{section_id}/content", response_model=SectionContent, responses=NOT_MODIFIED)
async def get_content(
    section_id: str,
    services: OpenServices,
    english: WithEnglish = True,
    if_none_match: IfNoneMatch = "",
    accept_encoding: AcceptEncoding = "",
) -> Response:
    """A whole section with its units, levels and, where clients grade, its questions: all that a device keeps of it."""
    return services.training.handouts.content(section_id, english=english).answer(if_none_match, accept_encoding)


@router.post("/sections/{section_id}/attempts", status_code=201, response_model=SectionAttempts)
@limited(SECTION_ATTEMPTS)
async def start_attempts(
    section_id: str,
    services: OpenServices,
    learner: CurrentIdentity,
    body: AttemptBody | None = None,
    accept_encoding: AcceptEncoding = "",
) -> Response:
    """Start an attempt at each level of a section, for learning it without a network where the service grades."""
    started = services.training.start_attempts(learner.token, section_id)
    kinds = body.kinds if body else None
    attempts = [views.attempt_out(each, services.training.hidden_payload, kinds) for each in started]
    answer = SectionAttempts(section_id=section_id, attempts=attempts)
    return compressed_json(answer.model_dump_json().encode(), accept_encoding, 201)


@hot.get("/sections/{section_id}/path", response_model=PathOut, openapi_extra=OPTIONAL_TOKEN)
async def get_path(section_id: str, services: OpenServices, learner: OptionalIdentity) -> Response:
    """A section's path with the learner's own statuses; without a token, as a newcomer sees it."""
    return JsonAnswer(await services.training.path(section_id, learner.user_id if learner else None))


@router.get("/units/{unit_id}")
async def get_unit(unit_id: str, services: OpenServices) -> UnitOut:
    """One unit."""
    return UnitOut.model_validate(services.training.library.get_unit(unit_id))


@router.get("/units/{unit_id}/levels")
async def list_levels(unit_id: str, services: OpenServices) -> LevelList:
    """A unit's levels, in order."""
    levels = [LevelOut.model_validate(level) for level in services.training.library.get_unit(unit_id).levels]
    return LevelList(total=len(levels), unit_id=unit_id, levels=levels)


@router.get("/levels/{level_id}")
async def get_level(level_id: str, services: OpenServices) -> LevelOut:
    """One level."""
    return LevelOut.model_validate(services.training.library.get_level(level_id))


@hot.get("/levels/{level_id}/questions", response_model=QuestionList)
async def list_questions(level_id: str, services: OpenServices) -> Response:
    """A level's questions, in order, as every installed client can show them. No token is needed."""
    return JsonAnswer(services.training.questions(level_id))


@router.post("/levels/{level_id}/attempts", status_code=201)
async def start_attempt(
    level_id: str, services: OpenServices, learner: CurrentIdentity, body: AttemptBody | None = None
) -> AttemptOut:
    """Start an attempt: the questions without their keys, shuffled, and the id to submit the answers with, once.

    A locked level's may be started too, to be done without a network; the level must be open when it is submitted.
    """
    started = services.training.start_attempt(learner.token, level_id)
    return views.attempt_out(started, services.training.hidden_payload, body.kinds if body else None)


@hot.get("/progress/state", response_model=ProgressState)
async def get_progress_state(
    services: OpenServices,
    learner: CurrentIdentity,
    section_id: Annotated[str | None, Query(description="Only this section's levels.")] = None,
) -> Response:
    """The learner's status for every active level, untouched ones too."""
    return JsonAnswer(await services.training.state(section_id, learner.user_id))


@router.get("/progress/levels")
async def get_progress_levels(
    services: OpenServices,
    learner: CurrentIdentity,
    section_id: Annotated[str | None, Query(description="Only this section's levels.")] = None,
) -> ProgressLevels:
    """Stars and best attempts, and where the learner left off."""
    bests = await services.training.list_bests(section_id, learner.user_id)
    return ProgressLevels(
        section_id=section_id,
        last_level_id=bests[0][0].id if bests else None,
        levels={level.id: views.level_best(level, best) for level, best in bests},
    )


@hot.post("/progress/submit", response_model=GradedSubmitAnswer | SubmitAnswer)
@limited(SUBMIT)
async def submit_progress(
    body: SubmitBody,
    services: OpenServices,
    learner: UnconfirmedToken,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Submit a finished attempt. The server decides the XP; a level pays once."""
    submitted = await services.training.submit(learner, body, idempotency_key)
    return JsonAnswer(submitted.answer, _REPLAYED if submitted.replayed else ())


@media.get("/{name}.svg", response_class=Response, responses=_DRAWING)
async def get_drawing(
    name: str,
    services: OpenServices,
    address: ClientAddress,
    if_none_match: IfNoneMatch = "",
    accept_encoding: AcceptEncoding = "",
) -> Response:
    """A drawing of the content, by the SHA-256 of its bytes."""
    drawing = services.training.handouts.drawing(name)
    if drawing is None:
        services.limits.admit(OPEN_READ, address)  # only these are looked for in PostgreSQL
        drawing = await services.training.handouts.find_drawing(name)
    if drawing is None:
        raise NotFound
    return drawing.answer(if_none_match, accept_encoding)
