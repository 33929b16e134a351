"""Who may do what: one row for each route, one column for each who may ask. `test_authorisation.py` asks in everybody's name.

A route without a row fails the test. Statuses are those of an honest request: a learner's own object or somebody else's,
which exists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.routing import BaseRoute

Asker = Literal["anonymous", "learner", "admin", "disabled", "expired", "forged"]
"""`disabled` has a good token of an account that is switched off or deleted; `expired` and `forged` have bad tokens."""
Target = Literal["own", "foreign"]
Cell = tuple[Asker, Target]
WITH_BAD_TOKENS: tuple[Asker, ...] = ("disabled", "expired", "forged")


@dataclass(frozen=True)
class Row:
    """What one route answers to each; cells that make no sense for it are left out."""

    cells: dict[Cell, int]
    body: Any = None
    """What an honest request sends; `{n}` in its texts becomes a number that no other request has."""
    prepare: str = field(default="")
    """SQL that makes what the request is about: `$1` is whose it is. Its result replaces `{made}` in the path."""


def for_all(status: int = 200, body: Any = None) -> Row:
    """Open: whoever asks is answered, and a bad token counts as none."""
    askers: tuple[Asker, ...] = ("anonymous", "learner", "admin", *WITH_BAD_TOKENS)
    return Row({(asker, "own"): status for asker in askers}, body)


def for_learners(status: int = 200, body: Any = None) -> Row:
    """About the asker, whoever that is: there is no way to name anybody else."""
    return Row({**_refused(), ("learner", "own"): status, ("admin", "own"): status}, body)


def for_owners(own: int = 200, *, foreign: int, body: Any = None) -> Row:
    """About the user in the path: one's own, or another's; admins are no exception."""
    return Row({**_refused(), **_both("learner", own, foreign), **_both("admin", own, foreign)}, body)


def for_admins(own: int = 200, *, foreign: int = 200, body: Any = None, prepare: str = "") -> Row:
    """Admins only; `own` is what they get for doing it to themselves."""
    return Row({**_refused(), **_both("learner", 403, 403), **_both("admin", own, foreign)}, body, prepare)


def _refused() -> dict[Cell, int]:
    return {(asker, "own"): 401 for asker in ("anonymous", *WITH_BAD_TOKENS)}


def _both(asker: Asker, own: int, foreign: int) -> dict[Cell, int]:
    return {(asker, "own"): own, (asker, "foreign"): foreign}


ATTEMPT = {"level_id": "puk_u1_l1", "score": 5, "total_questions": 5, "correct_answers": 5}
REASON = {"reason": "a test"}
ACCOUNT = {"name": "Ayu", "username": "ayu-{n}", "password": "a tent by the river"}
FLAG = """INSERT INTO review_flags (user_id, kind, evidence, first_seen_at, last_seen_at)
          VALUES ($1, 'burst', '{}', now(), now()) RETURNING id"""

API = "/api/v1"
ROWS: dict[str, Row] = {
    "GET /healthz": for_all(),
    "GET /readyz": for_all(),
    "GET /metrics": for_all(),
    "GET /openapi.json": for_all(),
    "GET /docs": for_all(),
    "GET /docs/assets/{asset}": for_all(),
    "GET /docs/oauth2-redirect": for_all(),
    "GET /redoc": for_all(),
    f"GET {API}/info": for_all(),
    f"POST {API}/auth/register": for_all(201, ACCOUNT),
    f"POST {API}/auth/login": for_all(401, {"username": "nobody", "password": "a tent by the river"}),
    f"POST {API}/auth/google": for_all(404, {"id_token": "none is configured"}),
    f"POST {API}/auth/providers/{{provider}}": for_all(404, {"id_token": "none is configured"}),
    f"POST {API}/auth/logout": for_learners(),
    f"POST {API}/auth/logout-everywhere": for_learners(),
    f"POST {API}/auth/password": Row(
        {**for_learners().cells, ("learner", "own"): 403, ("admin", "own"): 403},  # the old password is wrong
        {"old_password": "guessed", "new_password": "another tent by the river"},
    ),
    f"POST {API}/auth/password/code": for_all(
        403, {"username": "nobody", "code": "k7mp-3xwq", "new_password": "another tent by the river"}
    ),
    f"POST {API}/auth/username": for_learners(body={"username": "renamed-{n}"}),
    f"GET {API}/users/me": for_learners(),
    f"GET {API}/users/me/activity": for_learners(),
    f"PATCH {API}/users/me/profile": for_learners(body={"full_name": "Ayu"}),
    f"POST {API}/users/me/avatar": for_learners(422, "no picture"),
    f"DELETE {API}/users/me/avatar": for_learners(),
    f"PUT {API}/me/avatar": for_learners(422, "no picture"),
    f"DELETE {API}/me/avatar": for_learners(),
    "GET /media/avatars/{number}.jpg": for_all(404),
    "GET /media/content/{name}.svg": for_all(404),
    f"PUT {API}/users/me/scout-name": for_learners(),
    f"PUT {API}/users/me/stats": for_learners(body={"total_xp": 999_999}),
    f"GET {API}/users/{{user_id}}/public": for_owners(foreign=200),
    f"GET {API}/users/{{user_id}}/hearts": for_owners(foreign=403),
    f"POST {API}/users/{{user_id}}/hearts/decrement": for_owners(foreign=403, body={"amount": 1}),
    f"GET {API}/me/board-visibility": for_learners(),
    f"PUT {API}/me/board-visibility": for_learners(body={"visible": False}),
    f"GET {API}/me/export": for_learners(),
    f"DELETE {API}/me": for_learners(),
    f"GET {API}/training/sections": for_all(),
    f"GET {API}/training/first-section/content": for_all(),
    f"GET {API}/training/sections/{{section_id}}": for_all(),
    f"GET {API}/training/sections/{{section_id}}/content": for_all(),
    f"POST {API}/training/sections/{{section_id}}/attempts": for_learners(201),
    f"GET {API}/training/sections/{{section_id}}/units": for_all(),
    f"GET {API}/training/sections/{{section_id}}/path": for_all(),
    f"GET {API}/training/units/{{unit_id}}": for_all(),
    f"GET {API}/training/units/{{unit_id}}/levels": for_all(),
    f"GET {API}/training/levels/{{level_id}}": for_all(),
    f"GET {API}/training/levels/{{level_id}}/questions": for_all(),
    f"POST {API}/training/levels/{{level_id}}/attempts": for_learners(201),
    f"GET {API}/training/progress/state": for_learners(),
    f"GET {API}/training/progress/levels": for_learners(),
    f"POST {API}/training/progress/submit": for_learners(body=ATTEMPT),
    f"GET {API}/leaderboard": for_all(),
    f"GET {API}/leaderboard/ranks": for_all(),
    f"GET {API}/leaderboard/stream": for_all(),
    f"POST {API}/leaderboard/stream/ticket": for_learners(),
    f"GET {API}/leaderboard/me": for_learners(),
    f"POST {API}/leaderboard/rebuild": for_admins(),
    f"GET {API}/leaderboard/rebuild": for_admins(),
    f"GET {API}/admin/reviews": for_admins(),
    f"POST {API}/admin/reviews/{{review_id}}/close": for_admins(body={"verdict": "cleared"}, prepare=FLAG),
    f"POST {API}/admin/users/{{user_id}}/corrections": for_admins(body=REASON | {"amount": 5}),
    f"PUT {API}/admin/users/{{user_id}}/suspension": for_admins(409, body=REASON),
    f"DELETE {API}/admin/users/{{user_id}}/suspension": for_admins(body=REASON),
    f"POST {API}/admin/users/{{user_id}}/password": for_admins(403),
    f"POST {API}/admin/users/{{user_id}}/password-code": for_admins(403, foreign=201),
    f"DELETE {API}/admin/users/{{user_id}}": for_admins(409, body=REASON),
}

NAMES: dict[str, Callable[[int], object]] = {
    "user_id": lambda owner: owner,
    "number": lambda owner: owner,
    "name": lambda _: "0" * 64,
    "asset": lambda _: "swagger-ui.css",
    "provider": lambda _: "google",
    "section_id": lambda _: "puk",
    "unit_id": lambda _: "puk_u1",
    "level_id": lambda _: "puk_u1_l1",
}
"""What stands in a path, by its name there, for an owner; `review_id` is made by `Row.prepare`."""


def routes_of(routes: list[BaseRoute], under: str = "") -> Iterator[str]:
    """Every route as "METHOD /path", those of mounted applications too; a mount without routes as "* /path"."""
    for route in routes:
        included = getattr(route, "effective_candidates", None)
        if included is not None:  # a router as this release of the framework keeps it
            yield from routes_of(included(), under)
            continue
        path = under + str(getattr(route, "path", "?"))
        methods = getattr(route, "methods", None)
        inner = getattr(route, "routes", None)
        if methods:
            yield from (f"{method} {path}" for method in sorted(methods) if method != "HEAD")
        elif inner:
            yield from routes_of(inner, path)
        else:
            yield f"* {path}"
