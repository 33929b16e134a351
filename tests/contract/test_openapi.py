"""The API's own description names all that the client uses, with the types that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from operator import getitem
from typing import Any

from tests.contract import models
from tests.contract.flutter import connect
from tests.contract.models import Envelope
from tests.security.authorisation import ROWS
from tests.service import Service

ACCOUNT = "name:string username:string password:string gugus_depan:string?"
ANSWERS = "correct_question_ids:array? answers:object? attempt_id:string? xp_earned:any total_xp:any"
COUNTS = "score:any total_questions:any correct_answers:integer? time_spent_seconds:any"
USES: dict[str, tuple[str, type[models.Model]]] = {
    "POST /auth/register": (ACCOUNT, Envelope[models.Session]),
    "POST /auth/login": ("username:string password:string", Envelope[models.Session]),
    "GET /users/me": ("", Envelope[models.Profile]),
    "PATCH /users/me/profile": ("full_name:string?", Envelope[models.Profile]),
    "PUT /users/me/stats": ("streak:integer last_active_date:date? total_xp:any", Envelope[models.Profile]),
    "GET /users/{user_id}/public": ("", Envelope[models.PublicProfile]),
    "GET /users/{user_id}/hearts": ("", Envelope[models.Hearts]),
    "POST /users/{user_id}/hearts/decrement": ("amount:integer", Envelope[models.Hearts]),
    "GET /training/sections": ("", models.Sections),
    "GET /training/sections/{section_id}": ("", models.Section),
    "GET /training/sections/{section_id}/units": ("", models.Units),
    "GET /training/units/{unit_id}": ("", models.Unit),
    "GET /training/units/{unit_id}/levels": ("", models.Levels),
    "GET /training/levels/{level_id}": ("", models.Level),
    "GET /training/sections/{section_id}/path": ("", models.Path),
    "GET /training/levels/{level_id}/questions": ("", models.Questions),
    "POST /training/progress/submit": (f"level_id:string {COUNTS} {ANSWERS}", models.Outcome),
    "GET /training/progress/state": ("section_id:string?", models.State),
    "GET /leaderboard": ("limit:integer", Envelope[models.Board]),
    "POST /leaderboard/rebuild": ("", Envelope[models.Rebuilt]),
}
"""What the client sends, and what it reads, by endpoint."""


async def test_the_description_names_all_that_the_client_uses(service: Service) -> None:
    """Every endpoint, parameter and field that the client sends or reads is in the OpenAPI document with its type."""
    async with connect(service.url) as http:
        document = (await http.get("/openapi.json")).json()
    missing = []
    for endpoint, (sent, read) in USES.items():
        method, path = endpoint.split()
        operation = document["paths"].get(f"/api/v1{path}", {}).get(method.lower())
        if operation is None:
            missing.append(endpoint)
            continue
        success = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
        offered = set(fields(document, schema(success)))
        taken = {f"{item['name']}:{kind(document, item['schema'])}" for item in operation.get("parameters", [])}
        taken |= set(fields(document, schema(operation["requestBody"]))) if "requestBody" in operation else set()
        missing += [f"{endpoint} takes {field}" for field in sent.split() if field not in taken]
        needed = fields(model := read.model_json_schema(), model)
        missing += [f"{endpoint} answers {field}" for field in needed if not {field, field.rstrip("?")} & offered]
    assert missing == []


async def test_the_description_says_that_a_profile_is_complete(service: Service) -> None:
    """Clients made from the OpenAPI document rely on every field of a profile."""
    async with connect(service.url) as http:
        profile = (await http.get("/openapi.json")).json()["components"]["schemas"]["Me"]
    assert profile["required"] == list(profile["properties"])


async def test_the_description_says_where_a_token_is_needed(service: Service) -> None:
    """A token is needed, optional or of no use to each endpoint as its row of the table of authorisation has it."""
    async with connect(service.url) as http:
        paths = (await http.get("/openapi.json")).json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            cells = ROWS[f"{method.upper()} {path}"].cells
            security = operation.get("security", [{}])
            needed = cells["anonymous", "own"] == 401 and path != "/api/v1/auth/login"
            assert ({} not in security) == needed, f"{method} {path}"


def schema(part: dict[str, Any]) -> dict[str, Any]:
    """The schema of a request's or an answer's JSON."""
    found: dict[str, Any] = part["content"]["application/json"]["schema"]
    return found


def fields(document: dict[str, Any], node: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Every field below `node` as `path:type`, with `[]` for a list's items and `?` where null is allowed."""
    node = resolved(document, node)
    for choice in (*node.get("anyOf", ()), *node.get("allOf", ())):
        yield from fields(document, choice, prefix)
    if node.get("type") == "array":
        yield from fields(document, node["items"], f"{prefix}[]")
    for name, child in node.get("properties", {}).items():
        path = f"{prefix}.{name}" if prefix else name
        yield f"{path}:{kind(document, child)}"
        yield from fields(document, child, path)


def kind(document: dict[str, Any], node: dict[str, Any]) -> str:
    """The type in a word: the format where there is one, a `?` behind it where null is allowed."""
    node = resolved(document, node)
    choices = [resolved(document, choice) for choice in node.get("anyOf", [node])]
    named = [str(choice.get("format") or choice.get("type", "any")) for choice in choices]
    format_beside = node.get("format") if "anyOf" in node else None
    plain = "|".join(sorted({name for name in named if name != "null"}))
    return f"{format_beside or plain}{'?' if 'null' in named else ''}"


def resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """The schema itself where `node` only refers to it."""
    while "$ref" in node:
        node = reduce(getitem, node["$ref"].removeprefix("#/").split("/"), document)
    return node
