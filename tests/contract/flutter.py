"""A stand-in for the Flutter client in the field: it sends that client's requests, and reads the answers as strictly."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.contract.models import Board, Outcome, Path, Profile, PublicProfile, Question, Section
from tests.contract.wire import LEVEL_ID, Fields, ParseError
from tests.service import NO_TLS

ANY_SUCCESS = range(200, 300)
JUST_200 = range(200, 201)
MAX_AGE = timedelta(seconds=30)


class Refused(Exception):
    """An answer that the client takes as an error: the status, and the text that it shows."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status}: {text}")
        self.status = status
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

    async def register(self, name: str, username: str, password: str, gugus_depan: str | None = None) -> Profile:
        """POST /auth/register, then GET /users/me."""
        body = {"name": name.strip(), "username": username.strip().lower(), "password": password}
        if gugus_depan:
            body["gugus_depan"] = gugus_depan.strip()
        return await self._enter(await self._enveloped("POST", "/auth/register", body, signed=False))

    async def login(self, username: str, password: str) -> Profile:
        """POST /auth/login, then GET /users/me."""
        body = {"username": username.strip(), "password": password}
        return await self._enter(await self._enveloped("POST", "/auth/login", body, signed=False))

    async def me(self) -> Profile:
        """GET /users/me."""
        return Profile.of(await self._enveloped("GET", "/users/me"))

    async def rename(self, full_name: str) -> Fields:
        """PATCH /users/me/profile."""
        return await self._enveloped("PATCH", "/users/me/profile", {"full_name": full_name})

    async def public(self, user_id: int) -> PublicProfile:
        """GET /users/{id}/public."""
        return PublicProfile.of(await self._enveloped("GET", f"/users/{user_id}/public"))

    async def sections(self) -> list[Section]:
        """GET /training/sections."""
        answer = await self.send("GET", "/training/sections")
        sections = [Section.of(section) for section in answer.children("sections")]
        if answer.integer("total") != len(sections) or not all(section.is_active for section in sections):
            raise ParseError("total is not the number of sections, or an inactive one is shown")
        return sections

    async def path(self, section_id: str) -> Path:
        """GET /training/sections/{id}/path, with the token if there is one."""
        path = Path.of(await self.send("GET", f"/training/sections/{section_id}/path"))
        if path.section_id != section_id:
            raise ParseError(f"asked for {section_id}, got {path.section_id}")
        for unit in path.units:
            if not all(level.level_id.startswith(f"{unit.unit_id}_l") for level in unit.levels):
                raise ParseError(f"levels of another unit than {unit.unit_id}")
            if not unit.unit_id.startswith(f"{section_id}_u"):
                raise ParseError(f"a unit of another section than {section_id}")
        return path

    async def questions(self, level_id: str) -> list[Question]:
        """GET /training/levels/{id}/questions, which this client sends without a token, sorted by `order`."""
        answer = await self.send("GET", f"/training/levels/{level_id}/questions", signed=False, success=JUST_200)
        questions = [Question.of(question) for question in answer.children("questions")]
        if answer.text("level_id") != level_id or any(question.level_id != level_id for question in questions):
            raise ParseError(f"questions of another level than {level_id}")
        if answer.integer("total") != len(questions) or not questions:
            raise ParseError("total is not the number of questions, or there are none")
        if sorted(question.order for question in questions) != list(range(1, len(questions) + 1)):
            raise ParseError("order does not run from 1 to n")
        return sorted(questions, key=lambda question: question.order)

    async def submit(self, level_id: str, total: int, correct_ids: Sequence[str], **old: Any) -> Outcome:
        """POST /training/progress/submit; `old`: what releases before this one sent beside."""
        body = {
            "level_id": level_id,
            "score": len(correct_ids),
            "total_questions": total,
            "correct_answers": len(correct_ids),
            "correct_question_ids": list(correct_ids),
            "time_spent_seconds": 0,
        }
        answer = await self.send("POST", "/training/progress/submit", {**body, **old}, success=JUST_200)
        outcome = Outcome.of(answer)
        if not outcome.success or outcome.level_id != level_id:
            raise ParseError("not a success for this level")
        return outcome

    async def state(self, section_id: str | None = None) -> dict[str, str]:
        """GET /training/progress/state: status by level id."""
        query = "" if section_id is None else f"?section_id={section_id}"
        answer = await self.send("GET", f"/training/progress/state{query}")
        if not answer.truth("success") or answer.maybe_text("section_id") != section_id:
            raise ParseError("not the state that was asked for")
        progress = answer.child("progress")
        return {Fields({"id": level}).text("id", LEVEL_ID): progress.status(level) for level in progress.names()}

    async def leaderboard(self, limit: int = 50) -> Board:
        """GET /leaderboard, with the token if there is one."""
        return Board.of(await self._enveloped("GET", f"/leaderboard?limit={limit}"))

    async def rebuild_leaderboard(self) -> int:
        """POST /leaderboard/rebuild."""
        return (await self._enveloped("POST", "/leaderboard/rebuild")).integer("users_count")

    async def send(
        self, method: str, path: str, body: object = None, *, signed: bool = True, success: range = ANY_SUCCESS
    ) -> Fields:
        """One request; the answer's object. Raises `Refused` for an error, `ParseError` for what the client cannot read."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signed and self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        response = await self.http.request(method, path, content=content, headers=headers, follow_redirects=False)
        answer = read_object(response)
        if response.status_code in success:
            return answer
        if response.status_code in ANY_SUCCESS:
            raise ParseError(f"{response.status_code} where the client takes only 200")
        if response.status_code == 401 and not path.startswith("/auth/"):
            self.token = None
        raise Refused(response.status_code, read_error_text(answer))

    async def _enter(self, session: Fields) -> Profile:
        session.text("token_type", "(?i)bearer")
        self.token = session.text("access_token", r"[\w-]+\.[\w-]+\.[\w-]+")
        return await self.me()

    async def _enveloped(self, method: str, path: str, body: object = None, *, signed: bool = True) -> Fields:
        answer = await self.send(method, path, body, signed=signed)
        if not answer.truth("success"):
            raise ParseError("a success that says it is none")
        answer.text("message")
        if not abs(datetime.now(UTC) - answer.instant("timestamp")) < MAX_AGE:
            raise ParseError("the envelope's timestamp is not of now")
        return answer.child("data")


def connect(api: str) -> httpx.AsyncClient:
    """A client of `api` that opens a connection for each request, as the app does, and follows no redirect."""
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncClient(base_url=api, timeout=30, follow_redirects=False, limits=limits, verify=NO_TLS)


def read_object(response: httpx.Response) -> Fields:
    """The JSON object that every answer is, an error's too; never a redirect."""
    if response.status_code in range(300, 400):
        raise ParseError(f"a redirect: {response.status_code}")
    if response.headers.get("content-type", "").split(";")[0] != "application/json":
        raise ParseError(f"{response.status_code} is not called JSON: {response.headers.get('content-type')}")
    return Fields.parse(response.content)


def read_error_text(answer: Fields) -> str:
    """The text that the client shows: `detail` or, in other places of it, `message`."""
    detail, message = answer.text("detail"), answer.text("message")
    if not detail.strip() or not message.strip():
        raise ParseError("an error without a text")
    return detail
