"""The API's own description names all that the client uses, with the types that it needs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.contract.flutter import connect
from tests.security.authorisation import ROWS
from tests.service import Service

ENVELOPE = "success:boolean message:string timestamp:date-time "
SESSION = ENVELOPE + "data.access_token:string data.token_type:string"
PROFILE = ENVELOPE + (
    "data.id:integer data.name:string data.username:string? data.picture_url:string? data.is_pro:boolean "
    "data.gugus_depan:string? data.total_xp:integer data.streak:integer data.longest_streak:integer "
    "data.hearts:integer data.max_hearts:integer data.last_active_date:date?"
)
HEARTS = ENVELOPE + "data.hearts:integer data.max_hearts:integer"
SECTION = "{0}id:string {0}title:string {0}description:string? {0}tier:string {0}order:integer {0}is_active:boolean "
LEVEL = "{0}level_id:string {0}title:string {0}level_number:integer {0}difficulty:string {0}xp_reward:integer "
USES: list[tuple[str, str, str]] = [
    ("POST /auth/register", "name:string username:string password:string gugus_depan:string?", SESSION),
    ("POST /auth/login", "username:string password:string", SESSION),
    ("GET /users/me", "", PROFILE),
    ("PATCH /users/me/profile", "full_name:string", PROFILE),
    ("PUT /users/me/stats", "streak:integer last_active_date:date? total_xp:any", PROFILE),
    (
        "GET /users/{user_id}/public",
        "",
        ENVELOPE + "data.id:integer data.full_name:string data.picture_url:string? data.total_xp:integer "
        "data.streak:integer",
    ),
    ("GET /users/{user_id}/hearts", "", HEARTS),
    ("POST /users/{user_id}/hearts/decrement", "amount:integer", HEARTS),
    ("GET /training/sections", "", "total:integer sections[].created_at:date-time " + SECTION.format("sections[].")),
    ("GET /training/sections/{section_id}", "", "created_at:date-time " + SECTION.format("")),
    ("GET /training/sections/{section_id}/units", "", "total:integer units[].id:string units[].title:string"),
    ("GET /training/units/{unit_id}", "", "id:string title:string order:integer"),
    ("GET /training/units/{unit_id}/levels", "", "total:integer levels[].id:string levels[].xp_reward:integer"),
    ("GET /training/levels/{level_id}", "", "id:string title:string xp_reward:integer min_correct:integer"),
    (
        "GET /training/sections/{section_id}/path",
        "",
        "section_id:string section_title:string units[].unit_id:string units[].unit_title:string units[].order:integer "
        + LEVEL.format("units[].levels[]."),
    ),
    (
        "GET /training/levels/{level_id}/questions",
        "",
        (
            "total:integer level_id:string questions[].id:string questions[].level_id:string questions[].type:string "
            "questions[].question:string questions[].payload:object questions[].xp:integer questions[].order:integer"
        ),
    ),
    (
        "POST /training/progress/submit",
        (
            "level_id:string score:integer? total_questions:integer? correct_answers:integer? "
            "correct_question_ids:array? time_spent_seconds:integer answers:object? attempt_id:string? xp_earned:any "
            "total_xp:any"
        ),
        (
            "success:boolean level_id:string status:string score:integer correct_answers:integer total_questions:integer "
            "xp_earned:integer total_xp:integer streak:integer longest_streak:integer next_level_id:string? "
            "results[].question_id:string results[].correct:boolean results[].explanation:string"
        ),
    ),
    ("GET /training/progress/state", "section_id:string?", "success:boolean section_id:string? progress:object"),
    (
        "GET /leaderboard",
        "limit:integer",
        ENVELOPE + "data.top_users[].rank:integer data.top_users[].id:integer data.top_users[].name:string "
        "data.top_users[].xp:integer data.top_users[].avatar:string? data.top_users[].level:string "
        "data.my_rank.rank:integer data.my_rank.xp:integer",
    ),
    ("POST /leaderboard/rebuild", "", ENVELOPE + "data.users_count:integer"),
]


async def test_the_description_names_all_that_the_client_uses(service: Service) -> None:
    """Every endpoint, parameter and field that the client sends or reads is in the OpenAPI document with its type."""
    async with connect(service.url) as http:
        document = (await http.get("/openapi.json")).json()
    missing = []
    for endpoint, sent, read in USES:
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
        missing += [f"{endpoint} answers {field}" for field in read.split() if field not in offered]
    assert missing == []


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
        node = document["components"]["schemas"][node["$ref"].rsplit("/", 1)[1]]
    return node
