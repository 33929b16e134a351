"""The leaderboard as a stream, over HTTP."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Header, Query, Response
from sse_starlette import EventSourceResponse
from sse_starlette.sse import SendTimeoutError
from starlette.types import Receive, Scope, Send

from scout_os.core.http import Envelope, envelope
from scout_os.core.server.transport import hang_up, keep_little
from scout_os.dependencies import OPTIONAL_TOKEN, ClientAddress, CurrentIdentity, OpenServices, TokenHolder
from scout_os.leaderboard.schemas import DEFAULT_LIMIT, Neighbours, PageLimit, StreamTicket
from scout_os.leaderboard.stream.events import end_event, ticket_over_event
from scout_os.leaderboard.stream.streams import Streams
from scout_os.leaderboard.stream.tickets import LIFETIME, MAX_CHARS, TicketOver
from scout_os.leaderboard.stream.viewers import Viewer
from scout_os.routing import api_router

LAST_WORD_SECONDS = 1.0
END_SECONDS = 2.0
"""What a viewer's last event may take once the server was told to end."""

_EXAMPLE = (
    ': heartbeat\n\nevent: board\nid: 1790000000000000\ndata: {"leaderboard": {"success": true, …}, "me": null}\n\n'
    'event: stale\ndata: {"stale": true, "source": "postgres"}\n\nevent: end\ndata: {"reason": "token_expired"}\n\n'
)
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Server-sent events until either side closes.",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
    }
}

router = api_router("/leaderboard", tags=["leaderboard"])


class BoardStream(EventSourceResponse):
    """The open stream of one viewer; a reader that takes nothing for too long is cut off."""

    def __init__(self, streams: Streams, viewer: Viewer) -> None:
        super().__init__(
            viewer.events(streams.metrics.stream_events.inc),
            ping=0,  # a timer and a task for each stream would cost more than the rest of it
            sep="\n",
            send_timeout=streams.send_seconds,
            shutdown_grace_period=END_SECONDS,
        )
        self._streams = streams
        self._viewer = viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        keep_little(scope)
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            self._streams.metrics.streams_dropped.inc()
            self._streams.leave(self._viewer)
            try:
                async with asyncio.timeout(LAST_WORD_SECONDS):
                    await send({"type": "http.response.body", "body": end_event("too_slow"), "more_body": False})
            except TimeoutError:
                await hang_up(scope)
        finally:
            self._streams.leave(self._viewer)


@router.post("/stream/ticket")
async def issue_stream_ticket(services: OpenServices, identity: CurrentIdentity) -> Envelope[StreamTicket]:
    """A ticket that opens the stream in one's own name, for a minute; the stream then lasts as long as the token does."""
    ticket = services.tickets.issue(identity.token)
    return envelope(StreamTicket(ticket=ticket, expires_in=int(LIFETIME.total_seconds())), "Tiket papan peringkat")


@router.get("/stream", response_class=EventSourceResponse, responses=_RESPONSES, openapi_extra=OPTIONAL_TOKEN)
async def stream_leaderboard(
    services: OpenServices,
    address: ClientAddress,
    holder: TokenHolder,
    limit: PageLimit = DEFAULT_LIMIT,
    neighbours: Neighbours = None,
    last_event_id: Annotated[
        str | None, Header(max_length=64, description="The `id` of the last `board` event that was received.")
    ] = None,
    ticket: Annotated[
        str | None, Query(max_length=MAX_CHARS, description="Says who asks, for those who cannot send a token.")
    ] = None,
) -> Response:
    """The board as it changes, by server-sent events.

    `board`: the full state, at once and at each change of the page or of one's own rank, within two seconds. Its data is
    `{"leaderboard": …, "me": …}`, the answers of `GET /leaderboard` and of `GET /leaderboard/me` (null without a token); its
    `id` does not fall, and who comes back with the present one waits for the next. `stale`: `{"stale", "source"}`, when a store
    goes away and when it is back. `end`: `{"reason"}`, before the server closes: `token_expired`, `access_ended`,
    `shutdown`, `too_slow`, and at once `ticket_over`: close, and open the stream with a new ticket.
    A comment comes every 15 seconds. With `neighbours`, `me` also tells the rows around one's own, once a second at most.

    Forty streams for one learner, a hundred without a token for one address (429), five thousand for one process (503).
    """
    if ticket is not None:
        try:
            holder = await services.tickets.redeem(ticket)
        except TicketOver:
            return Response(ticket_over_event(), media_type="text/event-stream")
    viewer = await services.streams.open(
        limit=limit, holder=holder, address=address, last_event_id=last_event_id, neighbours=neighbours
    )
    return BoardStream(services.streams, viewer)
