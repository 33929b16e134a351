"""The service's HTTP API, one method a request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from scout_app.service.errors import Refused, Unreachable
from scout_app.service.models import (
    Board,
    Goal,
    Json,
    Month,
    Path,
    Profile,
    Question,
    Result,
    ScoutRank,
    Section,
)

BASE = "/api/v1"
ANSWER_SECONDS = 10.0
"""For a whole request: nobody looks at a spinner for longer."""
SILENT_SECONDS = 40.0
"""A stream that says nothing for so long, not even a heartbeat, is dead."""
LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
BOARD_ROWS = 50


class Service:
    """The connections to one service, shared by all sessions of this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._http: httpx.AsyncClient | None = None

    @property
    def http(self) -> httpx.AsyncClient:
        if self._http is None:  # made in the event loop that uses it
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
            timeout = httpx.Timeout(ANSWER_SECONDS, connect=3.0, pool=2.0)
            self._http = httpx.AsyncClient(base_url=self._url + BASE, timeout=timeout, limits=limits)
        return self._http

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
            self._http = None


class Api:
    """What one learner asks of the service. Raises `Refused` or `Unreachable`, nothing else."""

    def __init__(self, service: Service, address: str | None = None) -> None:
        self._service = service
        self._address = address
        """The learner's own. All learners ask through this process; the service's limits should not take them for one."""
        self.token: str | None = None

    async def register(self, name: str, username: str, password: str, key: str) -> str:
        """A new account's token, or that of the account that was made under this `key` before."""
        body = {"name": name, "username": username, "password": password}
        answer = await self._request("POST", "/auth/register", body, {"Idempotency-Key": key})
        return str(_body(answer)["data"]["access_token"])

    async def login(self, username: str, password: str) -> str:
        body = {"username": username, "password": password}
        return str((await self._data("POST", "/auth/login", body))["access_token"])

    async def logout(self) -> None:
        """Make the token worth nothing, on whichever device it is."""
        await self._request("POST", "/auth/logout")

    async def me(self) -> Profile:
        return Profile.of(await self._data("GET", "/users/me"))

    async def rename(self, name: str) -> Profile:
        return Profile.of(await self._data("PATCH", "/users/me/profile", {"full_name": name}))

    async def month(self, month: str | None = None) -> Month:
        """The active days of `month` (YYYY-MM), or of the current one."""
        return Month.of(await self._data("GET", "/users/me/activity" + (f"?month={month}" if month else "")))

    async def sections(self) -> list[Section]:
        return [Section.of(section) for section in (await self._json("GET", "/training/sections"))["sections"]]

    async def last_level(self) -> str | None:
        """Where the learner left off, on whichever device."""
        last: str | None = (await self._json("GET", "/training/progress/levels"))["last_level_id"]
        return last

    async def path(self, section_id: str) -> Path:
        path, bests = await asyncio.gather(
            self._json("GET", f"/training/sections/{section_id}/path"),
            self._json("GET", f"/training/progress/levels?section_id={section_id}"),
        )
        return Path.of(path, bests["levels"])

    async def goal(self, level_id: str) -> Goal:
        return Goal.of(await self._json("GET", f"/training/levels/{level_id}"))

    async def begin(self, level_id: str) -> tuple[str | None, list[Question]]:
        """A new attempt's id and questions; the id is None where the service keeps no attempts."""
        try:
            data = await self._json("POST", f"/training/levels/{level_id}/attempts")
        except Refused as refused:
            if refused.code not in ("not_found", "method_not_allowed"):
                raise
            data = await self._json("GET", f"/training/levels/{level_id}/questions")
        return data.get("attempt_id"), [Question.of(question) for question in data["questions"]]

    async def submit(self, body: Json, key: str) -> Result:
        """Hand in an attempt; the same `key` counts once, however often it is sent."""
        answer = await self._request("POST", "/training/progress/submit", body, {"Idempotency-Key": key})
        return Result.of(_body(answer))

    async def board(self) -> Board:
        return Board.of(await self._data("GET", f"/leaderboard?limit={BOARD_ROWS}"))

    async def scout_ranks(self) -> list[ScoutRank]:
        ranks = (await self._data("GET", "/leaderboard/ranks"))["ranks"]
        return [ScoutRank(rank["name"], rank["from_xp"]) for rank in ranks]

    @asynccontextmanager
    async def stream(self, last_event_id: str | None) -> AsyncIterator[AsyncIterator[str]]:
        """The lines of the live board, for as long as they come."""
        headers = self._headers() | {"Accept": "text/event-stream"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = last_event_id
        timeout = httpx.Timeout(ANSWER_SECONDS, read=SILENT_SECONDS)
        url = f"/leaderboard/stream?limit={BOARD_ROWS}"
        request = self._service.http.build_request("GET", url, headers=headers, timeout=timeout)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):  # the answer must begin like any other; only its end may be far
                answer = await self._service.http.send(request, stream=True)
            try:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                    _check(answer)
                yield answer.aiter_lines()
            finally:
                await answer.aclose()
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error

    async def _data(self, method: str, path: str, body: Json | None = None) -> Json:
        data: Json = (await self._json(method, path, body))["data"]
        return data

    async def _json(self, method: str, path: str, body: Json | None = None) -> Json:
        return _body(await self._request(method, path, body))

    async def _request(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                sent = self._headers() | dict(headers or {})
                answer = await self._service.http.request(method, path, json=body, headers=sent)
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error
        _check(answer)
        return answer

    def _headers(self) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return headers | ({"X-Forwarded-For": self._address} if self._address else {})


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    problem = _object(answer)
    if answer.status_code in LATER or "code" not in problem:
        after = answer.headers.get("retry-after", "")
        raise Unreachable(str(problem.get("code", answer.status_code)), float(after) if after.isdigit() else None)
    fields = {error["field"]: error["message"] for error in problem.get("errors") or ()}
    raise Refused(status=answer.status_code, code=str(problem["code"]), fields=fields)


def _body(answer: httpx.Response) -> Json:
    body = _object(answer)
    if not body:
        raise Unreachable(str(answer.status_code))
    return body


def _object(answer: httpx.Response) -> dict[str, Any]:
    """What the service said; nothing if something between us and it answered in its place, as guest networks do."""
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
