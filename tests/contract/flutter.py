"""A stand-in for the Flutter client in the field: it sends that client's requests, and reads the answers as strictly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx

from tests.contract import models
from tests.contract.models import Envelope
from tests.learners import SUBMIT
from tests.service import NO_TLS

ANY_SUCCESS = range(200, 300)
JUST_200 = range(200, 201)
MAX_AGE = timedelta(seconds=30)
T = TypeVar("T")


class Refused(Exception):
    """An answer that the client takes as an error: the status, and the text that it shows."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.text = text


class FlutterApp:
    """One installation of the app; signed in while it holds a token, which any 401 but a failed login's wipes."""

    def __init__(self, http: httpx.AsyncClient, token: str | None = None) -> None:
        self.http = http
        self.token = token

    @property
    def is_signed_in(self) -> bool:
        return self.token is not None

    @property
    def signed(self) -> dict[str, str]:
        """The header of a request of one's own making."""
        return {"Authorization": f"Bearer {self.token}"}

    async def register(self, name: str, username: str, password: str, gugus_depan: str | None = None) -> models.Profile:
        body = {"name": name.strip(), "username": username.strip().lower(), "password": password}
        if gugus_depan:
            body["gugus_depan"] = gugus_depan.strip()
        return await self._enter("/auth/register", body)

    async def login(self, username: str, password: str) -> models.Profile:
        return await self._enter("/auth/login", {"username": username.strip(), "password": password})

    async def me(self) -> models.Profile:
        return await self._enveloped(Envelope[models.Profile], "GET", "/users/me")

    async def rename(self, full_name: str) -> models.Profile:
        return await self._enveloped(Envelope[models.Profile], "PATCH", "/users/me/profile", {"full_name": full_name})

    async def public(self, user_id: int) -> models.PublicProfile:
        return await self._enveloped(Envelope[models.PublicProfile], "GET", f"/users/{user_id}/public")

    async def sections(self) -> list[models.Section]:
        answer = models.Sections.of(await self.send("GET", "/training/sections"))
        assert answer.total == len(answer.sections)
        assert all(section.is_active for section in answer.sections)
        return answer.sections

    async def path(self, section_id: str) -> models.Path:
        """The section's path, of the learner if there is a token."""
        path = models.Path.of(await self.send("GET", f"/training/sections/{section_id}/path"))
        assert path.section_id == section_id
        for unit in path.units:
            assert unit.unit_id.startswith(f"{section_id}_u")
            assert all(level.level_id.startswith(f"{unit.unit_id}_l") for level in unit.levels)
        return path

    async def questions(self, level_id: str) -> list[models.Question]:
        """The level's questions by `order`, for which this client shows no token."""
        path = f"/training/levels/{level_id}/questions"
        answer = models.Questions.of(await self.send("GET", path, signed=False, success=JUST_200))
        assert {answer.level_id, *(question.level_id for question in answer.questions)} == {level_id}
        assert answer.total == len(answer.questions) > 0
        assert sorted(question.order for question in answer.questions) == list(range(1, answer.total + 1))
        return sorted(answer.questions, key=lambda question: question.order)

    async def submit(self, level_id: str, total: int, correct_ids: Sequence[str], **old: Any) -> models.Outcome:
        """A submission; `old`: what releases before this one sent beside."""
        body = {
            "level_id": level_id,
            "score": len(correct_ids),
            "total_questions": total,
            "correct_answers": len(correct_ids),
            "correct_question_ids": list(correct_ids),
            "time_spent_seconds": 0,
        }
        return await self.send_attempt(body | old)

    async def send_attempt(self, body: dict[str, Any]) -> models.Outcome:
        outcome = models.Outcome.of(await self.send("POST", SUBMIT, body, success=JUST_200))
        assert outcome.level_id == body["level_id"]
        return outcome

    async def state(self, section_id: str | None = None) -> dict[str, str]:
        """Status by level id."""
        query = "" if section_id is None else f"?section_id={section_id}"
        state = models.State.of(await self.send("GET", f"/training/progress/state{query}"))
        assert state.section_id == section_id
        return {**state.progress}

    async def leaderboard(self, limit: int = 50) -> models.Board:
        return await self._enveloped(Envelope[models.Board], "GET", f"/leaderboard?limit={limit}")

    async def send(
        self, method: str, path: str, body: object = None, *, signed: bool = True, success: range = ANY_SUCCESS
    ) -> dict[str, Any]:
        """One request; the answer's object. Raises `Refused` for an error."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signed and self.token is not None:
            headers |= self.signed
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        response = await self.http.request(method, path, content=content, headers=headers, follow_redirects=False)
        if response.status_code in success:
            return read_object(response)
        if response.status_code == 401 and not path.startswith("/auth/"):
            self.token = None
        raise Refused(response.status_code, read_error(response))

    async def _enter(self, path: str, body: dict[str, str]) -> models.Profile:
        session = await self._enveloped(Envelope[models.Session], "POST", path, body, signed=False)
        self.token = session.access_token
        return await self.me()

    async def _enveloped(
        self, model: type[Envelope[T]], method: str, path: str, body: object = None, *, signed: bool = True
    ) -> T:
        envelope = model.of(await self.send(method, path, body, signed=signed))
        assert abs(datetime.now(UTC) - envelope.timestamp) < MAX_AGE
        return envelope.data


def connect(api: str) -> httpx.AsyncClient:
    """A client of `api` that opens a connection for each request, as the app does, and follows no redirect."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=api, timeout=30, follow_redirects=False, limits=limits, verify=NO_TLS)


def read_object(response: httpx.Response) -> dict[str, Any]:
    """The JSON object that every answer is, an error's too; never a redirect, and without NaN and Infinity."""
    assert response.status_code not in range(300, 400)
    assert response.headers.get("content-type", "").split(";")[0] == "application/json"
    answer = json.loads(response.content.decode(), parse_constant=int)  # which takes no such word
    assert isinstance(answer, dict)
    return answer


def read_error(response: httpx.Response) -> str:
    """The text that the client shows: `detail` or, in other places of it, `message`."""
    assert not response.is_success
    answer = read_object(response)
    assert answer["detail"].strip()
    assert answer["message"].strip()
    return str(answer["detail"])
